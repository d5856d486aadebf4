package chat.model;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.WidgetDiff.Grown;
import chat.model.WidgetDiff.Replaced;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WidgetDiffTest {
  private static final String ID = "'id':'t',";

  @Test
  void whatMeansTheSameIsNoChange() {
    assertThat(diff(card(text(ID, "Hel")), card(text(ID, "Hel")))).isEmpty();
    assertThat(diff("{'type':'Card','a':null,'b':1}", "{'b':1,'type':'Card'}")).isEmpty();
  }

  @Test
  void aTextWithAnIdThatGrewIsToldByWhatItGrew() {
    assertThat(
            diff(
                card(text(ID + "'streaming':true,", "Hel")),
                card(text(ID + "'streaming':true,", "Hello"))))
        .containsExactly(new Grown("t", "lo", false));
    assertThat(diff(card(text(ID, "")), card(text(ID, "😀"))))
        .containsExactly(new Grown("t", "😀", true));
    assertThat(
            diff(
                card("{'type':'Row','children':[" + text(ID, "a") + "]}"),
                card("{'type':'Row','children':[" + text(ID, "ab") + "]}")))
        .containsExactly(new Grown("t", "b", true));
  }

  @Test
  void twoTextsThatGrewAreToldEach() {
    assertThat(
            diff(
                card(text(ID, "a") + "," + text("'id':'u',", "x")),
                card(text(ID, "ab") + "," + text("'id':'u',", "xy"))))
        .containsExactly(new Grown("t", "b", true), new Grown("u", "y", true));
  }

  @Test
  void anyOtherDifferenceReplacesTheWidget() {
    replaced(card(text(ID, "Hel")), card(text(ID, "Bye")));
    replaced(card(text(ID, "Hello")), card(text(ID, "Hel")));
    replaced(card(text(ID, "a")), card(text("'id':'u',", "a")));
    replaced(card(text(ID, "a")), card(text(ID, "a") + "," + text("'id':'u',", "a")));
    replaced(
        card(text(ID + "'streaming':true,", "a")), card(text(ID + "'streaming':false,", "ab")));
    replaced(card(text(ID, "a")), card(text(ID, "ab") + ",{'type':'Divider'}"));
    replaced("{'type':'Card','key':'1','children':[]}", "{'type':'Card','key':'2','children':[]}");
    replaced("{'type':'Card','children':[]}", "{'type':'ListView','children':[]}");
    replaced("{'type':'Card','size':'sm'}", "{'type':'Card','size':'md'}");
    replaced("{'type':'Card','n':1}", "{'type':'Card','n':1.0}");
    replaced(
        card("{'type':'Badge','id':'t','value':'a'}"),
        card("{'type':'Badge','id':'t','value':'ab'}"));
  }

  @Test
  void aTextThatNoClientCouldFindReplacesTheWidget() {
    replaced(card(text("", "a")), card(text("", "ab")));
    replaced(
        card("{'type':'Transition','children':" + text(ID, "a") + "}"),
        card("{'type':'Transition','children':" + text(ID, "ab") + "}"));
    replaced(card(text(ID, "a") + "," + text(ID, "b")), card(text(ID, "ax") + "," + text(ID, "b")));
    replaced(
        "{'type':'Card','status':" + text(ID, "a") + "}",
        "{'type':'Card','status':" + text(ID, "ab") + "}");
  }

  @Test
  void aChangeThatIsToldMakesTheOtherState() {
    var before = json(card(text(ID, "Hel")));
    assertThat(WidgetDiff.grown(before, "t", "lo \"x\"\n").canonical())
        .isEqualTo(json(card(text(ID, "Hello \\\"x\\\"\\n"))).canonical());
    assertThat(WidgetDiff.with(before, "t", json("{'type':'Divider','id':'t'}")).canonical())
        .isEqualTo(json(card("{'type':'Divider','id':'t'}")).canonical());
    assertThat(WidgetDiff.has(before, "t")).isTrue();
    assertThat(WidgetDiff.has(before, "x")).isFalse();
    assertThat(WidgetDiff.grown(before, "x", "more").canonical()).isEqualTo(before.canonical());
  }

  private static void replaced(String before, String after) {
    assertThat(diff(before, after)).containsExactly(new Replaced());
  }

  private static List<WidgetDiff.Change> diff(String before, String after) {
    return WidgetDiff.between(json(before), json(after));
  }

  private static String card(String children) {
    return "{'type':'Card','children':[" + children + "]}";
  }

  private static String text(String more, String value) {
    return "{'type':'Text'," + more + "'value':'" + value + "'}";
  }

  private static Json json(String quoted) {
    return new Json(quoted.replace('\'', '"'));
  }
}
