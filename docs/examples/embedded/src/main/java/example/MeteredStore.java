package example;

import chat.port.AttachmentRepository;
import chat.port.AttachmentStore;
import chat.port.ConversationRepository;
import chat.port.Store;
import chat.port.TurnJournal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.function.BiConsumer;

/** Tells a meter how long each call of a store takes. */
public final class MeteredStore implements Store {
  private final ConversationRepository conversations;
  private final TurnJournal journal;
  private final AttachmentRepository attachments;
  private final AttachmentStore files;

  public MeteredStore(Store store, BiConsumer<String, Duration> meter) {
    conversations = metered(ConversationRepository.class, store.conversations(), meter);
    journal = metered(TurnJournal.class, store.journal(), meter);
    attachments = metered(AttachmentRepository.class, store.attachments(), meter);
    files = metered(AttachmentStore.class, store.files(), meter);
  }

  @Override
  public ConversationRepository conversations() {
    return conversations;
  }

  @Override
  public TurnJournal journal() {
    return journal;
  }

  @Override
  public AttachmentRepository attachments() {
    return attachments;
  }

  @Override
  public AttachmentStore files() {
    return files;
  }

  private static <T> T metered(Class<T> port, T store, BiConsumer<String, Duration> meter) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              long began = System.nanoTime();
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                meter.accept(method.getName(), Duration.ofNanos(System.nanoTime() - began));
              }
            }));
  }
}
