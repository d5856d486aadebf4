package chat.port;

import chat.model.Conversation;
import chat.model.Feedback;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.Page;
import chat.model.Search;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.UserId;
import chat.model.Window;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stores conversations for those who own them: the request side. Every method names the owner, and
 * what is another's is absent: {@link chat.model.ChatException.NotFound} or empty, as if it had
 * never been there. Called by any thread; each method is atomic and, once it returned, durable. A
 * store that does not answer is {@link chat.model.ChatException.StorageFailed}. Times are the
 * store's own clock in microseconds.
 */
public interface ConversationRepository {

  /**
   * Makes an empty conversation.
   *
   * <ol>
   *   <li>It is active, has the properties of {@code first}, and is found by its owner alone.
   *   <li>The same key and hash again, also at the same time, gives the first conversation; the
   *       same key with another hash is {@code Conflict(REQUEST_KEY_REUSED)}.
   * </ol>
   *
   * @param key unique per owner among created conversations; null if the client gave none
   */
  Conversation create(UserId owner, Conversation.Change first, @Nullable String key, String hash);

  /**
   * Finds a conversation.
   *
   * <ol>
   *   <li>Empty for an unknown id and for another's.
   * </ol>
   */
  Optional<Conversation> find(UserId owner, Conversation.Id id);

  /**
   * Reads a conversation with its newest messages and its turns, as of one moment.
   *
   * <ol>
   *   <li>The turn is the one that runs or awaits, else the last that was started, else null.
   *   <li>The queue is in the order it will run, its positions 1, 2, 3…
   *   <li>Empty for an unknown id and for another's.
   * </ol>
   *
   * @param limit of the window, 1–200
   */
  Optional<Conversation.Detail> detail(UserId owner, Conversation.Id id, int limit);

  /**
   * Lists conversations by keyset.
   *
   * <ol>
   *   <li>In the order asked for; equal times by id, in the same direction.
   *   <li>Page after page gives each once, when nothing changes meanwhile; the last page has no
   *       cursor.
   *   <li>A cursor is a place, not a row: it holds when its conversation is gone.
   *   <li>Only the owner's.
   * </ol>
   *
   * @param limit 1–200
   */
  Page<Conversation> list(
      UserId owner, Conversation.Order order, Conversation.@Nullable Cursor after, int limit);

  /**
   * Searches titles and active histories.
   *
   * <ol>
   *   <li>Finds the conversations whose title, or one of whose texts, has what {@link Search} looks
   *       for and nothing that it excludes. Texts are what the user sent and what the assistant
   *       answered, each as far as {@link Search#REACH}; nothing hidden, no reasoning, no calls.
   *   <li>Words are compared as {@link Search} says, in every script.
   *   <li>Each conversation is one hit: at the newest message that has it, else by its title.
   *   <li>The conversation with the newest activity comes first; page after page gives each once,
   *       when nothing changes meanwhile; the last page has no cursor.
   *   <li>What is renamed, edited, retried, switched to or deleted is found as it is now.
   *   <li>Only the owner's.
   *   <li>A search that looks for nothing finds nothing.
   * </ol>
   *
   * @param after as {@link #list} gives it, in the order of activity
   * @param limit 1–200
   */
  Page<Search.Hit> search(
      UserId owner, Search search, Conversation.@Nullable Cursor after, int limit);

  /**
   * Changes a conversation as {@link Conversation#with} says.
   *
   * <ol>
   *   <li>Returns it as it is afterwards; its version rises with every change, and only then.
   *   <li>A title of less weight than the present one is left out.
   *   <li>{@code NotFound} for an unknown id and for another's.
   * </ol>
   */
  Conversation change(UserId owner, Conversation.Id id, Conversation.Change change);

  /**
   * Deletes a conversation with everything in it.
   *
   * <ol>
   *   <li>Afterwards nothing of it is found, its request keys are free, and whoever runs a turn of
   *       it writes nothing more.
   *   <li>False for an unknown id and for another's: deleting is idempotent.
   * </ol>
   */
  boolean delete(UserId owner, Conversation.Id id);

  /**
   * Reads a stretch of the active history.
   *
   * <ol>
   *   <li>Ascending by sequence; {@code moreBefore} and {@code moreAfter} tell whether the history
   *       goes on.
   *   <li>Walking back from the newest by {@code BEFORE} gives every active message once.
   *   <li>Walking on from the oldest by {@code AFTER} does, too.
   *   <li>{@code AROUND} holds the message with up to {@code limit / 2} before it and the rest
   *       after.
   *   <li>{@code NotFound} for an unknown conversation, another's, and a message that is not in its
   *       active history.
   * </ol>
   */
  Window window(UserId owner, Conversation.Id id, Window.Query query);

  /**
   * Finds a message, active or not.
   *
   * <ol>
   *   <li>It comes back equal to what was stored, with its siblings counted; JSON in it by meaning.
   *   <li>Empty for an unknown one, another's, and one of another conversation.
   * </ol>
   */
  Optional<Message> message(UserId owner, Conversation.Id id, Message.Id message);

  /**
   * Keeps what a user thinks of messages.
   *
   * <ol>
   *   <li>{@link #feedback} returns it for each of them; the latest counts.
   *   <li>Null takes it back.
   *   <li>{@code NotFound} if the conversation, or one of the messages, is unknown, another's, or
   *       hidden; then nothing has changed.
   * </ol>
   *
   * @param messages at most {@link Window#LIMIT}
   */
  void rate(
      UserId owner, Conversation.Id id, List<Message.Id> messages, @Nullable Feedback feedback);

  /**
   * Returns what a user thinks of a message.
   *
   * <ol>
   *   <li>Empty when nothing was said, or it was taken back.
   *   <li>{@code NotFound} for what is unknown or another's.
   * </ol>
   */
  Optional<Feedback> feedback(UserId owner, Conversation.Id id, Message.Id message);

  /**
   * Lists the alternatives to a message, oldest first, itself among them.
   *
   * <ol>
   *   <li>Of a user message: the user messages of the same parent.
   *   <li>Of an agent's message: the first message of each turn that answers the same question.
   *   <li>{@code NotFound} for what is unknown or another's.
   * </ol>
   */
  List<Message> siblings(UserId owner, Conversation.Id id, Message.Id message);

  /**
   * Switches to the branch of a message, as {@link chat.model.Branches} decides.
   *
   * <ol>
   *   <li>Afterwards the active history leads through it; what lies before the fork is untouched.
   *   <li>Nothing is deleted: switching back gives what was there.
   *   <li>{@code Conflict} ({@code TURN_RUNNING} or {@code TURN_AWAITING}) while a turn is not
   *       terminal; {@code NotFound} for what is unknown or another's.
   * </ol>
   */
  void activate(UserId owner, Conversation.Id id, Message.Id message);

  /**
   * Accepts a turn: stores its input and gives it to {@code instance}, or lets it wait.
   *
   * <ol>
   *   <li>A message without a conversation makes one, titled as the request says; into one without
   *       a title it brings its title.
   *   <li>The turn runs; its user message stands at the end of the active history, its parent the
   *       active message before it; the work holds the lease and the history up to that message.
   *   <li>The same key, or the same message id, with the same hash gives the first turn as it is
   *       now, {@code repeated} and without work, whatever else goes on and whatever has become of
   *       the conversation's status; also when both come at the same time.
   *   <li>With another hash it is {@code Conflict(REQUEST_KEY_REUSED)}, which names no turn, and so
   *       is an id that any other message has.
   *   <li>A refused request leaves no trace; its key is free.
   *   <li>{@code NotFound} for a conversation, or a message in it, that is unknown or another's;
   *       {@code Conflict(CONVERSATION_LOCKED)} for one that is not active, unless the request is
   *       {@code evenLocked}.
   *   <li>While a turn runs, awaits or waits, {@code REJECT} is {@code Conflict} ({@code
   *       TURN_AWAITING} or {@code TURN_RUNNING}) with that turn.
   *   <li>Then {@code ENQUEUE} makes a queued turn behind the others and {@code INTERRUPT} one
   *       before them, which also asks the running or awaiting one to stop as {@code SUPERSEDED};
   *       its message is not in the history yet. With {@link #QUEUE} waiting it is {@code
   *       Conflict(QUEUE_FULL)} with the turn that goes first. A retry cannot be enqueued: {@code
   *       InvalidInput("on_busy")}.
   *   <li>An action is a user message of its own, at the end of the active history; it gives no
   *       title. It is about an active widget, as that is when the turn begins; it is neither
   *       edited nor done again.
   *   <li>An edit takes the place of the message it replaces: same parent, and that message and
   *       what came after it are no longer active. A retry runs for the question's user message,
   *       whose answers, and what came after them, are no longer active. What is to be replaced or
   *       retried must be active, else {@code InvalidInput}.
   *   <li>An edit or a retry that waited does so when it begins. If its place has been left for
   *       another branch meanwhile, the active history first leads back there, as by {@link
   *       #activate}.
   *   <li>{@code ready} hears of a turn that begins as soon as it is known, before it is durable,
   *       at most once, on the calling thread; when the method then throws, that turn never was. It
   *       must not block.
   *   <li>An unknown outcome of the commit is resolved by looking, not by trying again.
   *   <li>The files that a message names stand in it as {@link AttachmentRepository} knows them,
   *       and are the conversation's from now on. One that is unknown or another's is {@code
   *       NotFound}; one that is named twice, has no bytes yet or was sent before is {@code
   *       InvalidInput("attachments")}, but an edit may name those of the message it replaces.
   * </ol>
   *
   * @param instance who is to run it, registered by {@link TurnJournal#renew}
   * @param texts how many user and assistant texts the work's history is to reach back
   */
  Accepted accept(
      UserId owner, Turn.Request request, String instance, int texts, Consumer<Accepted> ready);

  /** Bounds how many turns of a conversation wait. */
  int QUEUE = 10;

  /**
   * Is what became of a request.
   *
   * @param work there when the caller's instance is to run the turn now
   */
  record Accepted(Turn turn, boolean repeated, Lease.@Nullable Work work) {}

  /**
   * Finds a turn.
   *
   * <ol>
   *   <li>Empty for an unknown one, another's, and one of another conversation.
   * </ol>
   */
  Optional<Turn> turn(UserId owner, Conversation.Id id, Turn.Id turn);

  /**
   * Reads the ledger of a turn: the calls of models that it has made, as far as they are stored.
   *
   * <ol>
   *   <li>In the order in which they were made, each as it was given, once.
   *   <li>What they used is the turn's usage, at any time.
   *   <li>{@code NotFound} for what is unknown or another's.
   * </ol>
   */
  List<ModelCall.Entry> modelCalls(UserId owner, Conversation.Id id, Turn.Id turn);

  /**
   * Asks a turn to stop, for its user.
   *
   * <ol>
   *   <li>A queued turn is stopped at once: {@code STOPPED} because of {@code USER}, its {@code
   *       lastEvent} 1, its message never in the history.
   *   <li>A running or awaiting one keeps its state until its instance, or {@link
   *       TurnJournal#claim}, carries it out.
   *   <li>Stopping again, or what has ended, changes nothing.
   *   <li>{@code NotFound} for what is unknown or another's.
   * </ol>
   */
  Turn stop(UserId owner, Conversation.Id id, Turn.Id turn);

  /**
   * Records the answer to a call or a form that an awaiting turn waits for.
   *
   * <ol>
   *   <li>While another answer is missing, the turn goes on awaiting.
   *   <li>The last one gives the turn to {@code instance}: it runs, and the work says {@code
   *       RESUME}, with all answers in its turn's {@code awaiting}.
   *   <li>The same answer again changes nothing, also when the turn goes on or has ended; another
   *       one is {@code Conflict(ALREADY_ANSWERED)}.
   *   <li>{@code NotFound} for what is unknown, another's, or was never awaited.
   *   <li>An answer after its time, or to a turn that was told to stop, is {@code
   *       Conflict(ALREADY_ANSWERED)}.
   *   <li>An answer that is not meant for what waits, or waited last, of this message is {@code
   *       Conflict(CALL_CHANGED)}, as {@link Turn.Pending#isMeantBy} says.
   *   <li>The time of the answer stands beside it.
   * </ol>
   *
   * @param hash the {@link chat.model.Seal#hash()} that the client saw; null if it does not say
   */
  Accepted answer(
      UserId owner,
      Conversation.Id id,
      Turn.Id turn,
      Message.Id message,
      Turn.Answer answer,
      @Nullable String hash,
      String instance,
      int texts);

  /**
   * Reads stored events of a turn, ascending.
   *
   * <ol>
   *   <li>Those numbered above {@code after}, at least one if there is one, and at most about
   *       {@code limit}.
   *   <li>Of a terminal turn whose first or last event is not among the stored ones (they are no
   *       longer kept, a crash took them, or it never began): {@code MessageDone} of each of its
   *       messages without a number, then its end with the number {@code lastEvent}; nothing when
   *       {@code after} is that number or above.
   *   <li>{@code NotFound} for what is unknown or another's.
   * </ol>
   */
  List<TurnEvent.Numbered> events(
      UserId owner, Conversation.Id id, Turn.Id turn, long after, int limit);
}
