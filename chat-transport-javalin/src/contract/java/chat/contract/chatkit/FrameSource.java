package chat.contract.chatkit;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ByteString;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/** Passes the bytes of a stream on, and shows each frame that is complete, and the end. */
final class FrameSource extends ForwardingSource {
  private static final ByteString END = ByteString.encodeUtf8("\n\n");
  private final Buffer open = new Buffer();
  private final Listener listener;

  /** Is told what passes; what it throws reaches whoever reads. */
  interface Listener {
    /** A frame, with its empty line. */
    void frame(String frame);

    /** The end, as the server meant it, and what stands behind the last frame. */
    void end(String rest);
  }

  private FrameSource(Source source, Listener listener) {
    super(source);
    this.listener = listener;
  }

  static Response watched(Response response, Listener listener) {
    var body = response.body();
    var source = Okio.buffer(new FrameSource(body.source(), listener));
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

  @Override
  public long read(Buffer sink, long count) throws IOException {
    long from = sink.size();
    long read = super.read(sink, count);
    if (read > 0) sink.copyTo(open, from, read);
    for (long end = open.indexOf(END); end >= 0; end = open.indexOf(END)) {
      listener.frame(open.readUtf8(end + END.size()));
    }
    if (read < 0) listener.end(open.readUtf8());
    return read;
  }
}
