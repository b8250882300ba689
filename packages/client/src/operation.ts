import { type ASTNode, print } from '@0no-co/graphql.web'

/** A document as `graphql` parses it, and as code generators write it by default. */
export interface ParsedDocument {
  readonly kind: string
  readonly definitions: readonly object[]
}

/**
 * A query, mutation or subscription: a document of `@tikitu/client/operations`, one that a code generator made of your own
 * (`TypedDocumentString`, `TypedDocumentNode`), or plain text. Documents carry the types of their result and variables.
 */
export type Operation<Result, Variables> = string | TypedOperation<Result, Variables>

type TypedOperation<Result, Variables> = (DocumentText | ParsedDocument) & {
  readonly __apiType?: ((variables: Variables) => Result) | undefined
  /** `hash` is that of the document as the platform knows it. */
  readonly __meta__?: { hash?: string } | undefined
}

/** A text as an object, so that types can be kept with it. An object that merely has a `toString`, as each has, is none. */
export interface DocumentText {
  toString(): string
  charAt(index: number): string
  readonly length: number
}

/** An operation of whatever types. */
export type AnyOperation = Operation<unknown, never>

/** What of an operation goes into a request: its hash when that is wanted and there is one, else its text. */
export function operationFields(operation: AnyOperation, isById: boolean): { documentId: string } | { query: string } {
  const hash = isById && typeof operation !== 'string' ? operation.__meta__?.hash : undefined
  return hash ? { documentId: hash } : { query: textOf(operation) }
}

const printed = new WeakMap<object, string>()

function textOf(operation: AnyOperation): string {
  if (typeof operation === 'string' || !('definitions' in operation)) return String(operation)
  const text = printed.get(operation) ?? print(operation as unknown as ASTNode)
  printed.set(operation, text)
  return text
}
