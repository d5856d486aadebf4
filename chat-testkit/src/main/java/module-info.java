/** The ports' contracts for adapters of one's own, with doubles, recorders and samples. */
module io.github.chatserver.testkit {
  requires transitive io.github.chatserver.domain;
  requires transitive org.junit.jupiter.api;
  requires org.assertj.core;
  requires static transitive org.jspecify;

  exports chat.testkit;
}
