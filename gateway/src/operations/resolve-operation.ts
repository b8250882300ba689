import { printExecutableGraphQLDocument } from '@graphql-tools/documents'
import type { Log } from '@tikitu/kit/base/log'
import { parse } from 'graphql'
import type { PublicError } from '../http/error-response.ts'
import type { GatewayContext } from '../request/context.ts'
import { hashIn, hashOf, type Manifest } from './read-manifest.ts'

/** Whether operations that are not in the manifest run: all of them, all but logged, or none. */
export type PersistedMode = 'off' | 'log' | 'enforce'

export interface OperationResolverOptions {
  mode: PersistedMode
  /** Those that are known now. */
  manifest: () => Manifest
  maxTokens: number
  /** Called with the request context for each text that must be parsed and validated. */
  onReading: (context: GatewayContext, text: string) => void
  log: Log
}

/** How a request says what to run. Nothing in it has been checked. */
export interface OperationParams {
  query?: unknown
  documentId?: unknown
  extensions?: unknown
  operationName?: unknown
}

/** Clients that have no name to say say an empty one. */
export function withoutEmptyName<A extends OperationParams>(asked: A): A {
  if (asked.operationName !== '') return asked
  const { operationName: _name, ...rest } = asked
  return rest as A
}

/** The text to run in place of what was asked by name, nothing when it stands as it is, or why it does not run. */
export type ResolvedOperation = { text?: string } | { refusal: PublicError }

/** Says what is to be run for a request. */
export type ResolveOperation = (asked: OperationParams, context: GatewayContext) => ResolvedOperation

const rememberedTexts = 2_000

/**
 * Finds the text of an operation that is asked for by name, and says whether a text may run. A text counts as known when
 * it is one of the manifest's in another order or spacing. Ids are those of GraphQL over HTTP (`documentId`) and of
 * Apollo's persisted queries.
 */
export function createOperationResolver(options: OperationResolverOptions): ResolveOperation {
  const isKnown = createManifestLookup(options)
  const mayRun = ({ query, extensions }: OperationParams, context: GatewayContext): boolean => {
    if (options.mode === 'off' || (typeof query === 'string' && isKnown(query, context))) return true
    return options.mode === 'log' || (query === undefined && apolloHash(extensions) === undefined)
  }
  return (asked, context) => {
    const mistake = mistakeIn(asked)
    if (mistake) return { refusal: mistake }
    const text = textOf(asked, options.manifest())
    if (text !== undefined) return { text }
    if (asked.documentId !== undefined) return { refusal: unknownId }
    if (!mayRun(asked, context)) return { refusal: notPersisted }
    return isOtherText(asked) ? { refusal: otherHash } : {}
  }
}

/** What is wrong with the way in which an operation is named. */
function mistakeIn({ query, documentId, extensions }: OperationParams): PublicError | null {
  if (documentId !== undefined && query !== undefined) return textAndId
  return isHashForm(extensions) ? null : badHash
}

/** The text of an operation that is asked for by name. */
function textOf({ query, documentId, extensions }: OperationParams, manifest: Manifest): string | undefined {
  if (query !== undefined) return undefined
  const id = documentId ?? apolloHash(extensions)
  return typeof id === 'string' ? manifest.get(hashIn(id)) : undefined
}

/** Whether a text is in the manifest. What is not is logged, each text once in a while. */
function createManifestLookup(options: OperationResolverOptions): (text: string, context: GatewayContext) => boolean {
  const { mode, maxTokens, log } = options
  const known = new Map<string, boolean>()
  let manifest = options.manifest()
  const isKnownOtherwise = (text: string, context: GatewayContext): boolean => {
    options.onReading(context, text)
    return manifest.has(hashOf(normalized(text, maxTokens)))
  }
  return (text, context) => {
    if (manifest !== options.manifest()) known.clear()
    manifest = options.manifest()
    const hash = hashOf(text)
    const remembered = known.get(hash)
    if (remembered !== undefined) return remembered
    const isKnown = manifest.has(hash) || isKnownOtherwise(text, context)
    if (known.size >= rememberedTexts) known.delete(known.keys().next().value ?? '')
    known.set(hash, isKnown)
    if (!isKnown) log.warn({ hash, mode, begins: text.slice(0, 120) }, 'an operation that is not persisted')
    return isKnown
  }
}

/** As the code generator of the SDK prints documents before it hashes them. */
function normalized(text: string, maxTokens: number): string {
  try {
    return printExecutableGraphQLDocument(parse(text, { noLocation: true, maxTokens }))
  } catch {
    return ''
  }
}

type Extensions = { persistedQuery?: { version?: unknown; sha256Hash?: unknown } | null } | null | undefined

function apolloHash(extensions: unknown): unknown {
  return (extensions as Extensions)?.persistedQuery?.sha256Hash
}

/** Whether a persisted query is asked for as Apollo's protocol has it, if one is. */
function isHashForm(extensions: unknown): boolean {
  const { version, sha256Hash } = (extensions as Extensions)?.persistedQuery || { version: 1, sha256Hash: '' }
  return version === 1 && typeof sha256Hash === 'string'
}

/** Whether the hash that comes with a text is another text's. */
function isOtherText({ query, extensions }: OperationParams): boolean {
  const hash = apolloHash(extensions)
  return typeof query === 'string' && hash !== undefined && hash !== hashOf(query)
}

const unknownId: PublicError = {
  code: 'PERSISTED_QUERY_NOT_FOUND',
  message: 'No operation is known by this documentId.',
}
const textAndId: PublicError = { code: 'BAD_REQUEST', message: 'Send either a documentId or a query, not both.' }
const badHash: PublicError = {
  code: 'BAD_REQUEST',
  message: 'extensions.persistedQuery takes version 1 and the SHA-256 of the text as sha256Hash, in hex.',
}
const otherHash: PublicError = {
  code: 'BAD_REQUEST',
  message: 'The sha256Hash in extensions.persistedQuery is not that of the query.',
}
const notPersisted: PublicError = {
  code: 'OPERATION_NOT_PERSISTED',
  message: 'Only persisted operations are accepted. Send a documentId.',
}
