package chat.contract;

import chat.contract.Contract.Operation;
import chat.contract.chatkit.ChatKitCheck;
import java.io.IOException;
import java.util.List;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * Stands in a client, lets nothing pass that the contract does not allow, and fails the test
 * instead: answers, the events of streams as they are read, and requests that were accepted.
 */
public final class ContractCheck implements Interceptor {
  private static final Contract CONTRACT = Contract.read();

  @Override
  public Response intercept(Chain chain) throws IOException {
    var request = chain.request();
    var response = chain.proceed(request);
    boolean chatKit = ChatKitCheck.isAsked(request) && !isProblem(response);
    var path = chatKit ? "/api/any/chatkit" : request.url().encodedPath();
    boolean stream = isStream(response) && !request.method().equals("HEAD");
    String body = null;
    if (!stream) {
      var text = response.peekBody(Long.MAX_VALUE).string();
      if (!text.isEmpty()) body = text;
    }
    var what = request.method() + " " + path + " " + response.code() + " " + body;
    require(
        what, CONTRACT.response(request.method(), path, response.code(), response.headers(), body));
    if (response.isSuccessful()) {
      var operation = CONTRACT.operation(request.method(), chatKit ? "/chatkit" : path);
      if (operation.isPresent()) requireAsked(operation.get(), request);
    }
    return stream && !chatKit ? checked(response) : response;
  }

  /** Tells whether it is the answer of REST, which shares an address with ChatKit. */
  private static boolean isProblem(Response response) {
    return String.valueOf(response.header("Content-Type")).startsWith("application/problem+json");
  }

  private static void requireAsked(Operation operation, Request request) throws IOException {
    var body = new Buffer();
    if (request.body() != null) request.body().writeTo(body);
    var headers = request.headers().newBuilder();
    if (request.body() != null && request.body().contentType() != null) {
      headers.set("Content-Type", request.body().contentType().toString());
    }
    var faults = CONTRACT.request(operation, request.url(), headers.build(), body.readByteArray());
    require("accepted: " + request.method() + " " + request.url(), faults);
  }

  private static boolean isStream(Response response) {
    return String.valueOf(response.header("Content-Type")).startsWith("text/event-stream");
  }

  private static Response checked(Response response) {
    var body = response.body();
    var source = Okio.buffer(new Frames(body.source()));
    return response
        .newBuilder()
        .body(
            new ResponseBody() {
              @Override
              public @Nullable MediaType contentType() {
                return body.contentType();
              }

              @Override
              public long contentLength() {
                return body.contentLength();
              }

              @Override
              public BufferedSource source() {
                return source;
              }
            })
        .build();
  }

  /** Passes bytes on and checks each frame that is complete. */
  private static final class Frames extends ForwardingSource {
    private static final okio.ByteString END = okio.ByteString.encodeUtf8("\n\n");
    private final Buffer open = new Buffer();

    Frames(Source source) {
      super(source);
    }

    @Override
    public long read(Buffer sink, long count) throws IOException {
      long from = sink.size();
      long read = super.read(sink, count);
      if (read > 0) sink.copyTo(open, from, read);
      else if (read < 0 && open.size() > 0) requireFrame(open.readUtf8());
      for (long end = open.indexOf(END); end >= 0; end = open.indexOf(END)) {
        requireFrame(open.readUtf8(end + 2));
      }
      return read;
    }
  }

  /** Fails unless the frame, with its empty line, is one that the contract knows. */
  public static void requireFrame(String frame) {
    if (!frame.endsWith("\n\n")) require(frame, List.of("the stream ends within a frame"));
    if (frame.startsWith(":")) return;
    for (var event : ServerSentEvents.parse(frame)) require(frame, CONTRACT.event(event));
  }

  public static void require(String what, List<String> faults) {
    if (faults.isEmpty()) return;
    throw new AssertionError(
        "not as the contract says: " + what + "\n" + String.join("\n", faults));
  }
}
