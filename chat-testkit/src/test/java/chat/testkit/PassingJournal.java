package chat.testkit;

import chat.model.Conversation;
import chat.model.Message;
import chat.model.ModelCall;
import chat.port.Lease;
import chat.port.TurnJournal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Is a journal that passes everything on, for tests that have something in its way. */
class PassingJournal implements TurnJournal {
  private final TurnJournal journal;

  PassingJournal(TurnJournal journal) {
    this.journal = journal;
  }

  /** Returns what the next call goes to, or throws what it is to fail with. */
  TurnJournal to() {
    return journal;
  }

  @Override
  public void renew(String instance, Duration validity) {
    to().renew(instance, validity);
  }

  @Override
  public Set<Lease> lost(Collection<Lease> leases) {
    return to().lost(leases);
  }

  @Override
  public Appended append(Map<Lease, Segment> segments) {
    return to().append(segments);
  }

  @Override
  public void store(
      Lease lease,
      List<Message> messages,
      List<ModelCall.Entry> calls,
      Segment events,
      long resumeFrom) {
    to().store(lease, messages, calls, events, resumeFrom);
  }

  @Override
  public void leave(Lease lease, Rest rest) {
    to().leave(lease, rest);
  }

  @Override
  public Conversation change(Lease lease, Conversation.Change change) {
    return to().change(lease, change);
  }

  @Override
  public List<Lease.Work> claim(
      String instance, int atMost, int texts, Duration validity, boolean alone) {
    return to().claim(instance, atMost, texts, validity, alone);
  }

  @Override
  public Changes look(String instance, Collection<Watched> watched, Duration validity) {
    return to().look(instance, watched, validity);
  }

  @Override
  public void hint(String instance) {
    to().hint(instance);
  }

  @Override
  public AutoCloseable onHint(String instance, Runnable look) {
    return journal.onHint(instance, look);
  }

  @Override
  public void retain(Duration keep) {
    to().retain(keep);
  }
}
