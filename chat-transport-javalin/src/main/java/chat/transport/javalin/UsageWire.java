package chat.transport.javalin;

import chat.model.ModelCall;
import chat.model.Turn;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds the shapes of what a turn has used, in REST and in events. */
final class UsageWire {
  private UsageWire() {}

  record UsageBody(
      @JsonProperty("input_tokens") long input,
      @JsonProperty("cached_input_tokens") long cached,
      @JsonProperty("output_tokens") long output,
      @JsonProperty("reasoning_tokens") long reasoning) {
    static @Nullable UsageBody from(Turn.@Nullable Usage usage) {
      if (usage == null || usage.equals(Turn.Usage.NONE)) return null;
      return new UsageBody(usage.input(), usage.cached(), usage.output(), usage.reasoning());
    }
  }

  record ModelCallsBody(List<ModelCallBody> data) {
    static ModelCallsBody from(List<ModelCall.Entry> entries) {
      return new ModelCallsBody(entries.stream().map(ModelCallBody::from).toList());
    }
  }

  record ModelCallBody(
      String model,
      ModelCall.Outcome outcome,
      @Nullable UsageBody usage,
      Instant startedAt,
      long durationMs) {
    static ModelCallBody from(ModelCall.Entry entry) {
      var call = entry.call();
      return new ModelCallBody(
          call.model(),
          call.outcome(),
          UsageBody.from(call.usage()),
          entry.startedAt(),
          call.duration().toMillis());
    }
  }
}
