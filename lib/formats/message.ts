// Chat messages in the shape that OpenAI's clients send and chat templates read.

/** One message of a conversation. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  /** Calls that an assistant made earlier. */
  readonly tool_calls?: readonly ChatToolCall[];
  /** What an assistant thought before. */
  readonly reasoning_content?: string;
  /** In a message of role `tool`: the call it answers. */
  readonly tool_call_id?: string;
  readonly name?: string;
}

/** A call in an earlier assistant message. */
export interface ChatToolCall {
  readonly id?: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string | Readonly<Record<string, unknown>> };
}
