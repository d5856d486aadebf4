package chat.agent.openai;

import chat.model.Caller;
import chat.model.ChatException.AgentFailed;
import chat.model.ChatException.AgentFailed.Reason;
import chat.model.ChatException.InvalidInput;
import chat.model.ChatException.TooLarge;
import chat.model.Text;
import chat.port.Transcriber;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Has audio transcribed by a model behind OpenAI's {@code /audio/transcriptions}, at any base URL
 * that speaks it: one request, which is not repeated. Closing it lets go of its connections.
 */
public final class OpenAiTranscriber implements Transcriber, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LONGEST_ANSWER = 1 << 20;

  /** By the name of the file the endpoint knows what is in it. */
  private static final Map<String, String> NAMES =
      Map.of(
          "audio/webm", "audio.webm",
          "video/webm", "audio.webm",
          "audio/mp4", "audio.mp4",
          "audio/x-m4a", "audio.m4a",
          "audio/ogg", "audio.ogg",
          "audio/mpeg", "audio.mp3",
          "audio/wav", "audio.wav",
          "audio/x-wav", "audio.wav",
          "audio/flac", "audio.flac");

  private final OpenAiSettings settings;
  private final String model;
  private final HttpUrl url;
  private final OkHttpClient client;

  /**
   * @param settings says where; its model is the one that answers, not this one
   * @param model the one that transcribes
   */
  public OpenAiTranscriber(OpenAiSettings settings, String model) {
    this(settings, model, PATIENCE);
  }

  OpenAiTranscriber(OpenAiSettings settings, String model, Duration patience) {
    this.settings = settings;
    this.model = model;
    this.url =
        HttpUrl.get(settings.baseUrl().toString())
            .newBuilder()
            .addPathSegments("audio/transcriptions")
            .build();
    this.client =
        new OkHttpClient.Builder()
            .connectTimeout(settings.connectTimeout())
            .readTimeout(patience)
            .writeTimeout(patience)
            .callTimeout(patience)
            .followRedirects(false)
            .socketFactory(new PromptSockets())
            .build();
  }

  @Override
  public String transcribe(Caller caller, byte[] audio, String mediaType) {
    var type = mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    var name = NAMES.get(type);
    if (name == null) throw new InvalidInput("mime_type", "audio of this type is not taken");
    if (audio.length == 0) throw new InvalidInput("audio", "there is nothing to hear");
    if (audio.length > LONGEST) {
      throw new TooLarge("audio has at most %d bytes".formatted(LONGEST));
    }
    boolean answered = false;
    try (var response = client.newCall(request(audio, type, name)).execute()) {
      if (!Failures.isAnswer(response)) {
        throw Failures.of(response, settings.apiKey()).failure();
      }
      answered = true;
      return words(response);
    } catch (IOException e) {
      throw Failures.of(e, answered, settings.apiKey()).failure();
    }
  }

  private Request request(byte[] audio, String type, String name) {
    var form =
        new MultipartBody.Builder()
            .setType(MultipartBody.FORM)
            .addFormDataPart("model", model)
            .addFormDataPart("response_format", "json")
            .addFormDataPart("file", name, RequestBody.create(audio, MediaType.get(type)))
            .build();
    var request = new Request.Builder().url(url).header("Accept", "application/json").post(form);
    if (settings.apiKey() != null) request.header("Authorization", "Bearer " + settings.apiKey());
    return request.build();
  }

  private static String words(Response response) throws IOException {
    var source = response.body().source();
    if (source.request(LONGEST_ANSWER + 1)) throw unusable();
    var text = JSON.readTree(source.readByteArray()).path("text");
    if (!text.isTextual()) throw unusable();
    return Text.storable(text.textValue().strip());
  }

  private static AgentFailed unusable() {
    return new AgentFailed(Reason.MODEL_BAD_REPLY, "the model's answer holds no text", null);
  }

  @Override
  public void close() {
    client.dispatcher().cancelAll();
    client.connectionPool().evictAll();
  }
}
