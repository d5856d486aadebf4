package chat.app.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.AndFullName.Predicates.fullNameMatching;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Is one law of what may depend on what, for everything below a package. Each names a planted class
 * that breaks it: a law that nothing can break says nothing.
 */
enum Law {
  THE_DOMAIN_NEEDS_ONLY_THE_JDK(
      "EngineThatLogs",
      root ->
          classes()
              .that(of(root, Packages.DOMAIN))
              .should()
              .onlyDependOnClassesThat(
                  of(root, Packages.DOMAIN).or(resideInAnyPackage("java..", "org.jspecify..")))
              .because("it runs inside any service, whatever libraries that brings")),

  THE_MODEL_KNOWS_NOTHING_ELSE("MessageThatStoresItself", root -> knowsOnly(root, "model")),

  PORTS_KNOW_THE_MODEL("PortForTheEngine", root -> knowsOnly(root, "port", "model")),

  THE_ENGINE_KNOWS_THE_PORTS(
      "EngineThatCallsTheDoor", root -> knowsOnly(root, "engine", "port", "model")),

  THE_ENGINE_WAITS_BY_ITS_SCHEDULER(
      "EngineThatTellsTime",
      root ->
          noClasses()
              .that(of(root, List.of("engine")))
              .and(not(nameMatching(".*\\.(Scheduler|ModelTitles|TitleReply)(\\$.*)?")))
              .should()
              .callMethodWhere(
                  target(
                      fullNameMatching(
                          "java.lang.System.(nano|currentT).*|java.lang.Thread.(sleep|of|startV).*"
                              + "|.*.newCondition\\(\\)")))
              .orShould()
              .dependOnClassesThat(assignableTo(BlockingQueue.class))
              .orShould()
              .dependOnClassesThat(assignableTo(CountDownLatch.class))
              .because("a simulation can then decide who runs when, and repeat it")),

  MEMORY_KNOWS_THE_PORTS("MemoryThatRuns", root -> knowsOnly(root, "memory", "port", "model")),

  THE_FRONT_DOOR_KNOWS_NO_ADAPTER(
      "DoorWithMemory", root -> knowsOnly(root, "", "engine", "port", "model")),

  ADAPTERS_KNOW_THE_DOMAIN_ALONE(
      "AgentThatKnowsStorage",
      root ->
          slices()
              .matching(root + ".(*).(*)..")
              .namingSlices("$1.$2")
              .should()
              .notDependOnEachOther()
              .ignoreDependency(resideInAnyPackage(root + ".app.."), any())
              .because("each can be taken, or replaced, alone; only the app knows several")),

  NOBODY_KNOWS_THE_APP(
      "KeysFromTheSettings",
      root ->
          noClasses()
              .that(not(resideInAnyPackage(root + ".app..")))
              .should()
              .dependOnClassesThat(resideInAnyPackage(root + ".app.."))
              .because("it is where everything comes together, and nothing else")),

  WHAT_RUNS_DOES_NOT_KNOW_WHAT_TESTS(
      "AppThatTests",
      root ->
          noClasses()
              .that(not(resideInAnyPackage(root + ".testkit..")))
              .should()
              .dependOnClassesThat(resideInAnyPackage(root + ".testkit..", "org.junit.."))
              .because("the test kit is for tests, ours and other people's")),

  PERSISTENCE_STAYS_IN_ITS_ADAPTER(
      "TransportThatPersists",
      root ->
          only(
              root,
              Stream.of("persistence.jpa"),
              "jakarta.persistence..",
              "org.hibernate..",
              "org.flywaydb..")),

  HTTP_CLIENTS_STAY_IN_THEIR_ADAPTERS(
      "PortWithAClient",
      root -> only(root, Stream.of("agent.openai", "auth.jwt", "tools.mcp"), "okhttp3..")),

  TOOL_PROTOCOLS_STAY_IN_THEIR_ADAPTER(
      "PortWithATool",
      root ->
          only(
              root,
              Stream.of("tools.mcp", "app.todo"),
              "io.modelcontextprotocol..",
              "reactor..",
              "com.networknt..")),

  TOKENS_STAY_IN_THEIR_ADAPTER(
      "TransportThatParsesTokens", root -> only(root, Stream.of("auth.jwt"), "io.jsonwebtoken..")),

  THE_WEB_SERVER_STAYS_IN_ITS_ADAPTER(
      "AppWithARoute",
      root ->
          only(
              root,
              Stream.of(
                  "transport.javalin",
                  Packages.CHATKIT,
                  "transport.javalin.http",
                  "app.page",
                  "app.todo"),
              "io.javalin..",
              "org.eclipse.jetty..",
              "jakarta.servlet..")),

  CHATKIT_IS_KNOWN_BY_WHAT_MOUNTS_IT_ALONE(
      "RestThatSpeaksOfThreads",
      root ->
          noClasses()
              .that(not(of(root, List.of(Packages.CHATKIT))))
              .and(not(nameMatching(".*\\.ChatHttp(\\$.*)?")))
              .should()
              .dependOnClassesThat(
                  of(root, List.of(Packages.CHATKIT))
                      .and(not(nameMatching(".*\\.ChatKitSettings(\\$.*)?"))))
              .because("the words of a protocol stay with it; how it is served may be set")),

  CHATKIT_HAS_NO_RULES_OF_ITS_OWN(
      "ChatKitThatStores",
      root ->
          noClasses()
              .that(of(root, List.of(Packages.CHATKIT)))
              .should()
              .dependOnClassesThat(
                  of(root, List.of("engine", "memory", "port"))
                      .and(
                          not(
                              nameMatching(
                                  ".*\\.(Authenticator|Follower|Transcriber|.*\\$Entry)"))))
              .because("it maps what the front door says, and the events of turns")),

  JSON_STAYS_IN_THE_ADAPTERS(
      "AppWithATree",
      root ->
          only(
              root,
              Stream.concat(Packages.ADAPTERS.stream(), Stream.of("app.page"))
                  .filter(name -> !name.equals("testkit")),
              "com.fasterxml.jackson..")),

  ENTITIES_ARE_HIDDEN(
      "PublicEntity",
      root ->
          noClasses()
              .that()
              .areAnnotatedWith("jakarta.persistence.Entity")
              .should()
              .bePublic()
              .because("how a row looks is the adapter's own business")),

  THERE_ARE_NO_CIRCLES(
      "PortForTheEngine",
      root ->
          slices()
              .matching(root + ".(**)")
              .should()
              .beFreeOfCycles()
              .because("two packages that know each other are one thing in two places"));

  private final String breaker;

  @SuppressWarnings("ImmutableEnumChecker") // The functions hold nothing.
  private final Function<String, ArchRule> rule;

  Law(String breaker, Function<String, ArchRule> rule) {
    this.breaker = breaker;
    this.rule = rule;
  }

  ArchRule below(String root) {
    return rule.apply(root);
  }

  /** Returns the simple name of the planted class that breaks it. */
  String breaker() {
    return breaker;
  }

  private static ArchRule knowsOnly(String root, String layer, String... inner) {
    var known = Stream.concat(Stream.of(layer), Arrays.stream(inner)).toList();
    var all = Stream.concat(Packages.DOMAIN.stream(), Packages.ADAPTERS.stream());
    var outer = all.filter(name -> !known.contains(name)).toList();
    return noClasses()
        .that(of(root, List.of(layer)))
        .should()
        .dependOnClassesThat(of(root, outer))
        .because("arrows point inwards: front door, engine, port, model");
  }

  private static ArchRule only(String root, Stream<String> adapters, String... technologies) {
    return noClasses()
        .that(not(of(root, adapters.toList())))
        .should()
        .dependOnClassesThat(resideInAnyPackage(technologies))
        .because("no type of a technology crosses a port: it goes when its adapter goes");
  }

  private static DescribedPredicate<JavaClass> of(String root, List<String> names) {
    return resideInAnyPackage(
        names.stream().map(name -> Packages.path(root, name)).toArray(String[]::new));
  }

  private static DescribedPredicate<JavaClass> any() {
    return DescribedPredicate.alwaysTrue();
  }
}
