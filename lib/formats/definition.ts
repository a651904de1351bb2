// The language in which wire formats are written, built-in (families/) and users' own alike: JSON, in which structural tags have
// placeholders. `defineFormat` checks a definition and makes a format of it.
//
// Placeholders, in any string of a tag:
//   ${name}             the tool's name as it is; ${name:json} as a JSON string, with its quotes
//   ${parameters}       alone as `json_schema`: the schema of the tool's arguments
//   ${single}           alone as a flag: true where one call at most is wanted, else the member is left out
//   ${thinking_tokens}  alone as a number: most tokens of thinking, left out where there is no limit
// Instead of a format, or as an entry of a list:
//   {"for_each_tool": F}               in lists only: F, or each of a list of F, once for every tool that may be called
//   {"use": "NAME"}                    a part of the definition; "choice": the tag for the tool choice
//   {"if": C, "then": F, "else": F}    C is "thinking" or "single"; without the branch that is wanted: nothing
//   null                               nothing
// A format may have the member "capture" (captures.ts). What holds ${parameters} is captured by itself.
// A sequence or choice of which one element is left is that element, of none: nothing. Tags with a trigger or a separator of
// which exactly one is wanted are a choice between them.

/** JSON that becomes a format of a structural tag. */
export type TagTemplate = { readonly [member: string]: unknown } | null;

/** What a chat template or a vocabulary must hold for a family to be recognised. */
export interface FormatMarks {
  /** Strings of the chat template, all of them. */
  readonly template?: readonly string[];
  /** Strings that the chat template must not have. */
  readonly without?: readonly string[];
  /** Texts that must be one token each. */
  readonly tokens?: readonly string[];
}

/** Where the chat template does not list the tools: a message that does. */
export interface ToolMessage {
  /** The text goes before the first message of this role, if that comes first, or into a new message at the beginning. */
  readonly role: 'system' | 'user';
  /** Lines of text; the line `${tools}` is replaced by the tools. */
  readonly text: readonly string[];
  /** One tool, with the placeholders ${name}, ${name:json}, ${description:json}, ${parameters:json}. */
  readonly tool: string;
  /** Between tools. Default: a line break. */
  readonly separator?: string;
  /** Some templates take the text as a member of the message beside its content, under this name. */
  readonly member?: string;
}

/** How thinking begins, as far as the prompt goes. */
export interface ThinkingPrompt {
  /** What a prompt ends with when the model is to think. Added where the chat template did not write it. */
  readonly on: string;
  /** What a prompt ends with when it is not. Default: anything. */
  readonly off?: string;
  /** Added when the model is not to think but the chat template wrote what `on` says. */
  readonly cancel?: string;
  /** For reading texts: how a block of thinking begins and how it may end. */
  readonly begin: string;
  readonly end: string | readonly string[];
}

/** The tags for each tool choice. */
export interface ChoiceTemplates {
  /** Text, in which calls may stand. */
  readonly auto: TagTemplate;
  /** At least one call. */
  readonly required: TagTemplate;
  /** One call; ${name} and ${parameters} are those of the tool. */
  readonly named: TagTemplate;
  /** No call. */
  readonly none: TagTemplate;
}

/** A wire format as data. */
export interface FormatDefinition {
  /** What it is called, in messages and results. */
  readonly name: string;
  /** Other names for it. */
  readonly aliases?: readonly string[];
  /** The models that write like this, in words. */
  readonly models?: string;
  /** Spacing of JSON. Default `spaced`. */
  readonly whitespace?: 'compact' | 'spaced';
  /** Any of these announces the family. Without: never recognised, only named. */
  readonly marks?: readonly FormatMarks[];
  /** Default: the chat template lists the tools. */
  readonly prompt?: ToolMessage;
  /** Variables for the chat template while the model is to think, and while not, beside the usual ones. */
  readonly variables?: { readonly on: Readonly<Record<string, unknown>>; readonly off: Readonly<Record<string, unknown>> };
  /** Absent where the family does not think. */
  readonly thinking?: ThinkingPrompt;
  /** Tags that others use by name. */
  readonly parts?: Readonly<Record<string, TagTemplate>>;
  /** A whole answer. Default `{"use": "choice"}`. */
  readonly answer?: TagTemplate;
  /** What the model may write, by tool choice. */
  readonly choices: ChoiceTemplates;
}
