package chat.app.page;

import chat.Attachments;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Is what the page is told of its server before anybody signs in: nothing that is secret. */
record PageConfig(SignIn signIn, Set<String> imageOrigins, Files attachments, List<String> models) {

  private static final ObjectMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /**
   * Says how a token is come by.
   *
   * @param development whether the server itself gives one to anyone
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record SignIn(
      boolean development,
      @Nullable String tokenUrl,
      @Nullable String signInUrl,
      Set<String> hostOrigins) {}

  /** Says which files may be sent. */
  record Files(long maxBytes, int maxPerMessage, Set<String> types) {}

  static PageConfig of(PageSettings settings, Page.Surroundings around) {
    return new PageConfig(
        new SignIn(
            around.developmentLogin(),
            text(settings.tokenUrl()),
            text(settings.signInUrl()),
            new TreeSet<>(settings.hosts())),
        new TreeSet<>(settings.imageOrigins()),
        files(around.attachments()),
        around.models());
  }

  private static Files files(Attachments.Policy policy) {
    return new Files(policy.max(), policy.perMessage(), new TreeSet<>(policy.types()));
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  byte[] json() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
