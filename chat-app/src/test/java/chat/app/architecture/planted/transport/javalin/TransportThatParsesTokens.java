package chat.app.architecture.planted.transport.javalin;

import io.jsonwebtoken.Claims;

/** Breaks: tokens stay in their adapter. */
public interface TransportThatParsesTokens {
  Claims claims();
}
