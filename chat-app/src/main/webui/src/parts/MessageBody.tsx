import type { Shown } from '../thread/shown';
import { AssistantText } from './AssistantText';
import { FormPart } from './FormPart';
import { ImagePart } from './ImagePart';
import { Reasoning } from './Reasoning';
import { TaskPart, WorkflowPart } from './Tasks';
import { ToolCard } from './ToolCard';
import { UserText } from './UserText';
import { Widget } from './widget/Widget';

/** What a message says or shows, whatever its kind; a kind that is not known shows its text. */
export function MessageBody({ message }: { message: Shown }) {
  switch (message.kind) {
    case 'text':
      return message.role === 'user' ? <UserText message={message} /> : <AssistantText message={message} />;
    case 'reasoning':
      return <Reasoning message={message} />;
    case 'tool_call':
      return <ToolCard message={message} />;
    case 'widget':
      return <Widget message={message} />;
    case 'workflow':
      return <WorkflowPart message={message} />;
    case 'task':
      return <TaskPart message={message} />;
    case 'structured_input':
      return <FormPart message={message} />;
    case 'image':
      return <ImagePart message={message} />;
    default:
      return <p className="whitespace-pre-wrap">{(message as Shown).content}</p>;
  }
}
