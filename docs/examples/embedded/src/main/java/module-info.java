/** A program that embeds a chat, as a module. */
module com.example.embedded {
  requires io.github.chatserver.domain;
}
