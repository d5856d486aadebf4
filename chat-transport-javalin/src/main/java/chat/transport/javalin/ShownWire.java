package chat.transport.javalin;

import chat.model.Content;
import chat.model.Json;
import chat.model.Question;
import chat.model.Source;
import chat.model.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds the shapes of what an agent shows beside its words. Everything null is left out. */
final class ShownWire {
  private ShownWire() {}

  record WidgetBody(Json root, @Nullable String copyText) {
    static WidgetBody from(Content.Widget widget) {
      return new WidgetBody(widget.root(), widget.copyText());
    }
  }

  record WorkflowBody(List<TaskBody> tasks, @Nullable SummaryBody summary, boolean expanded) {
    static WorkflowBody from(Content.Workflow workflow) {
      return new WorkflowBody(
          workflow.tasks().stream().map(TaskBody::from).toList(),
          SummaryBody.from(workflow.summary()),
          workflow.expanded());
    }
  }

  record SummaryBody(@Nullable String title, @Nullable String icon, @Nullable Long durationMs) {
    static @Nullable SummaryBody from(Content.Workflow.@Nullable Summary summary) {
      return switch (summary) {
        case null -> null;
        case Content.Workflow.Titled titled -> new SummaryBody(titled.title(), titled.icon(), null);
        case Content.Workflow.Lasted lasted ->
            new SummaryBody(null, null, RestWire.millis(lasted.duration()));
      };
    }
  }

  record TaskBody(
      String type,
      Task.Status status,
      @Nullable String title,
      @Nullable String icon,
      @Nullable String content,
      @Nullable String titleQuery,
      @Nullable List<String> queries,
      @Nullable List<SourceBody> sources) {
    static TaskBody from(Task task) {
      var status = task.status();
      return switch (task) {
        case Task.Custom it ->
            new TaskBody("custom", status, it.title(), it.icon(), it.content(), null, null, null);
        case Task.WebSearch it ->
            new TaskBody(
                "web_search",
                status,
                it.title(),
                null,
                null,
                it.titleQuery(),
                it.queries(),
                it.sources().stream().map(SourceBody::from).toList());
        case Task.Thought it ->
            new TaskBody("thought", status, it.title(), null, it.content(), null, null, null);
        case Task.Files it ->
            new TaskBody(
                "files",
                status,
                it.title(),
                null,
                null,
                null,
                null,
                it.sources().stream().map(SourceBody::from).toList());
        case Task.Image it ->
            new TaskBody("image", status, it.title(), null, null, null, null, null);
      };
    }
  }

  record FormBody(List<QuestionBody> questions, Content.StructuredInput.Status status) {
    static FormBody from(Content.StructuredInput form) {
      return new FormBody(
          form.questions().stream().map(QuestionBody::from).toList(), form.status());
    }
  }

  record QuestionBody(
      String type,
      String id,
      String question,
      @Nullable List<String> options,
      @Nullable Boolean multiple,
      @Nullable String description,
      Question.@Nullable Given answer) {
    static QuestionBody from(Question question) {
      return switch (question) {
        case Question.Choice it ->
            new QuestionBody(
                "choice", it.id(), it.question(), it.options(), it.multiple(), null, it.given());
        case Question.Freeform it ->
            new QuestionBody(
                "freeform", it.id(), it.question(), null, null, it.description(), it.given());
      };
    }
  }

  record ImageBody(Content.GeneratedImage.@Nullable Image image, @Nullable Double progress) {
    static ImageBody from(Content.GeneratedImage image) {
      return new ImageBody(image.image(), image.progress());
    }
  }

  /** {@code index} is there where a source stands in a text, and at a place in it. */
  record CitationBody(SourceBody source, @Nullable Integer index) {
    static CitationBody from(Content.Citation citation) {
      return new CitationBody(SourceBody.from(citation.source()), citation.index());
    }

    static @Nullable List<CitationBody> from(List<Content.Citation> citations) {
      if (citations.isEmpty()) return null;
      return citations.stream().map(CitationBody::from).toList();
    }
  }

  record SourceBody(
      String type,
      String title,
      @Nullable String description,
      @Nullable String timestamp,
      @Nullable String group,
      @Nullable String url,
      @Nullable String attribution,
      @Nullable String filename,
      @Nullable EntityBody entity) {
    static SourceBody from(Source source) {
      return switch (source) {
        case Source.Url it -> of("url", it, it.url(), it.attribution(), null, null);
        case Source.File it -> of("file", it, null, null, it.filename(), null);
        case Source.Entity it -> of("entity", it, null, null, null, EntityBody.from(it));
      };
    }

    private static SourceBody of(
        String type,
        Source source,
        @Nullable String url,
        @Nullable String attribution,
        @Nullable String filename,
        @Nullable EntityBody entity) {
      return new SourceBody(
          type,
          source.title(),
          source.description(),
          source.timestamp(),
          source.group(),
          url,
          attribution,
          filename,
          entity);
    }
  }

  record EntityBody(
      String id,
      @Nullable String icon,
      @Nullable String label,
      @Nullable String inlineLabel,
      boolean interactive,
      Json data) {
    static EntityBody from(Source.Entity entity) {
      return new EntityBody(
          entity.id(),
          entity.icon(),
          entity.label(),
          entity.inlineLabel(),
          entity.interactive(),
          entity.data());
    }
  }
}
