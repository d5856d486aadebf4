/** What the server says and takes, as its openapi.yaml has it. */

export type ConversationStatus = 'active' | 'locked' | 'closed';

export interface Conversation {
  id: string;
  title?: string;
  status: ConversationStatus;
  created_at: string;
  updated_at: string;
}

export interface ConversationDetail extends Conversation {
  messages: Message[];
  has_more: boolean;
  turn?: Turn & { resume_from: number };
  queue: Turn[];
}

export interface ConversationPage<C = Conversation> {
  data: C[];
  has_more: boolean;
  after?: string;
}

/** A conversation in which something was looked for, and where it was found: in its title, where no message is named. */
export interface Found extends Conversation {
  match: { message_id?: string; snippet: { text: string; hit?: true }[] };
}

export interface MessageWindow {
  data: Message[];
  has_more_before: boolean;
  has_more_after: boolean;
}

interface Fields {
  id: string;
  turn_id: string;
  parent_id?: string;
  sibling_index: number;
  sibling_count: number;
  status: 'complete' | 'partial';
  revision: number;
  /** Its text, empty where it has none. */
  content: string;
  created_at: string;
}

export interface UserMessage extends Fields {
  role: 'user';
  kind: 'text';
  attachments?: Attachment[];
  quoted?: string;
}

export interface AssistantMessage extends Fields {
  role: 'assistant';
  kind: 'text';
  sources?: Citation[];
}

export interface ReasoningMessage extends Fields {
  role: 'assistant';
  kind: 'reasoning';
  duration_ms?: number;
}

export interface ToolCallMessage extends Fields {
  role: 'assistant';
  kind: 'tool_call';
  tool_call: ToolCall;
}

export interface WidgetMessage extends Fields {
  role: 'assistant';
  kind: 'widget';
  widget: { root: unknown; copy_text?: string };
}

export interface WorkflowMessage extends Fields {
  role: 'assistant';
  kind: 'workflow';
  workflow: Workflow;
}

export interface TaskMessage extends Fields {
  role: 'assistant';
  kind: 'task';
  task: Task;
}

export interface StructuredInputMessage extends Fields {
  role: 'assistant';
  kind: 'structured_input';
  structured_input: StructuredInput;
}

export interface ImageMessage extends Fields {
  role: 'assistant';
  kind: 'image';
  image: { image?: { id: string; url: string }; progress?: number };
}

export type Message =
  | UserMessage
  | AssistantMessage
  | ReasoningMessage
  | ToolCallMessage
  | WidgetMessage
  | WorkflowMessage
  | TaskMessage
  | StructuredInputMessage
  | ImageMessage;

export type Kind = Message['kind'];

export interface Attachment {
  id: string;
  name: string;
  mime_type: string;
  size: number;
}

export interface AttachmentDetail extends Attachment {
  uploaded: boolean;
  conversation_id?: string;
  upload?: { url: string; method: 'PUT'; headers: Record<string, string> };
  preview_url?: string;
  download_url?: string;
  created_at: string;
}

export interface Citation {
  source: Source;
  /** The place in the text, in UTF-16. */
  index?: number;
}

interface SourceFields {
  title: string;
  description?: string;
  timestamp?: string;
  group?: string;
}

export type Source = SourceFields &
  (
    | { type: 'url'; url: string; attribution?: string }
    | { type: 'file'; filename: string }
    | { type: 'entity'; entity: Entity }
  );

/** Something that the front end knows. */
export interface Entity {
  id: string;
  icon?: string;
  label?: string;
  inline_label?: string;
  interactive: boolean;
  data: unknown;
}

export type ToolCallState = 'pending' | 'awaiting' | 'running' | 'succeeded' | 'failed' | 'denied' | 'unknown';

export interface ToolCall {
  name: string;
  server?: string;
  arguments: unknown;
  state: ToolCallState;
  /** The user's own client makes the call. */
  client?: true;
  result?: ToolResult;
  error?: string;
  decided_by?: string;
  decided_at?: string;
  started_at?: string;
  duration_ms?: number;
}

export interface ToolResult {
  content: ToolResultPart[];
  structured_content?: unknown;
  truncated?: true;
}

export type ToolResultPart =
  | { type: 'text'; text: string }
  | { type: 'image'; mime_type: string; data: string }
  | { type: 'resource_link'; uri: string; name: string };

export interface Workflow {
  tasks: Task[];
  summary?: { title: string; icon?: string } | { duration_ms: number };
  expanded: boolean;
}

export interface Task {
  type: 'custom' | 'web_search' | 'thought' | 'files' | 'image';
  status: 'none' | 'loading' | 'complete';
  title?: string;
  icon?: string;
  /** Markdown. */
  content?: string;
  title_query?: string;
  queries?: string[];
  sources?: Source[];
}

export interface StructuredInput {
  questions: Question[];
  status: 'pending' | 'answered' | 'skipped';
}

export interface Given {
  values: string[];
  skipped: boolean;
}

export interface Question {
  type: 'choice' | 'freeform';
  id: string;
  question: string;
  /** What is offered; another answer is taken, too. */
  options?: string[];
  multiple?: boolean;
  description?: string;
  answer?: Given;
}

export type TurnState = 'queued' | 'running' | 'awaiting' | 'completed' | 'failed' | 'stopped' | 'interrupted';

export interface Pending {
  message_id: string;
  expires_at: string;
  answered: boolean;
  /** Stands for the call, its arguments and its tool's definition. */
  call_hash?: string;
}

export interface Failure {
  code: string;
  message: string;
  retryable: boolean;
}

export interface Usage {
  input_tokens: number;
  cached_input_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
}

export interface TurnInput {
  message?: string;
  message_id?: string;
  replaces_message_id?: string;
  retries_message_id?: string;
  attachments?: Attachment[];
  model?: string;
  action?: { type: string; payload: unknown; message_id?: string };
}

export interface Turn {
  id: string;
  conversation_id: string;
  user_message_id?: string;
  state: TurnState;
  end_reason?: 'user' | 'superseded' | 'expired' | 'deleted';
  position?: number;
  input?: TurnInput;
  awaiting?: Pending[];
  error?: Failure;
  usage?: Usage;
  created_at: string;
  finished_at?: string;
}

export type OnBusy = 'reject' | 'enqueue' | 'interrupt';

export interface ChatRequest {
  message?: string;
  conversation_id?: string;
  message_id: string;
  replaces_message_id?: string;
  attachments?: string[];
  on_busy?: OnBusy;
  model?: string;
}

export type Answer =
  | { decision: 'approve'; arguments?: Record<string, unknown>; call_hash?: string }
  | { decision: 'deny'; call_hash?: string }
  | { result: unknown; call_hash?: string }
  | { answers: Record<string, { values?: string[]; skipped?: boolean }>; skipped?: boolean };

/** RFC 9457, with this server's code. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  field?: string;
  conversation_id?: string;
  turn_id?: string;
  user_message_id?: string;
  message?: string;
}

interface OfTurn {
  turn_id: string;
  conversation_id: string;
}

/** The events of a turn's stream, by name. */
export interface Events {
  'turn.queued': OfTurn & { position: number };
  'turn.started': OfTurn & { user_message_id?: string; parent_id?: string };
  'turn.awaiting': OfTurn & { awaiting: Pending[] };
  'turn.resumed': OfTurn;
  'turn.completed': OfTurn & { usage?: Usage };
  'turn.failed': OfTurn & { error: Failure; usage?: Usage };
  'turn.stopped': OfTurn & { end_reason: NonNullable<Turn['end_reason']>; next_turn_id?: string; usage?: Usage };
  'turn.interrupted': OfTurn & { usage?: Usage };
  'message.started': { message_id: string; kind: Kind };
  'message.delta': { message_id: string; content: string };
  'message.source': { message_id: string; place: number; source: Source; index?: number };
  'message.updated': Message;
  'message.done': Message;
  'message.removed': { message_id: string };
  'reasoning.delta': { message_id: string; content: string };
  'widget.delta': { message_id: string; component_id: string; content: string; done: boolean };
  'widget.component.updated': { message_id: string; component_id: string; component: unknown };
  'tool.started': { message_id: string; name: string; server?: string };
  'tool.arguments.delta': { message_id: string; name: string; content: string };
  'tool.awaiting': { message_id: string; name: string; arguments: unknown; expires_at: string; call_hash?: string };
  'tool.finished': {
    message_id: string;
    name: string;
    state: 'succeeded' | 'failed' | 'denied' | 'unknown';
    result?: ToolResult;
    error?: string;
    started_at?: string;
    duration_ms?: number;
  };
  progress: { text: string; icon?: string };
  notice: { level: 'info' | 'warning' | 'danger'; message: string; title?: string };
  effect: { name: string; data: unknown };
  'conversation.updated': Conversation;
}

export type EventName = keyof Events;

/** One event; `id` is its number in the turn, where it has one. */
export type TurnEvent = { [N in EventName]: { id?: number; name: N; data: Events[N] } }[EventName];
