import { printExecutableGraphQLDocument } from '@graphql-tools/documents'
import type { Log } from '@tikitu/kit/base/log'
import { parse } from 'graphql'
import type { PublicError } from '../http/error-response.ts'
import type { GatewayContext } from '../request/context.ts'
import { hashIn, hashOf, type Manifest } from './read-manifest.ts'

/** How to treat operations that are not in the manifest: accept, log, or reject. */
export type PersistedMode = 'off' | 'log' | 'enforce'

export interface OperationResolverOptions {
  mode: PersistedMode
  /** The current persisted operations. */
  manifest: () => Manifest
  maxTokens: number
  /** Called with the request context for each text to parse and validate. */
  onReading: (context: GatewayContext, text: string) => void
  log: Log
}

/** The unvalidated parts of a request that select its operation. */
export interface OperationParams {
  query?: unknown
  documentId?: unknown
  extensions?: unknown
  operationName?: unknown
}

/** Clients without a name send an empty one. */
export function withoutEmptyName<A extends OperationParams>(params: A): A {
  if (params.operationName !== '') return params
  const { operationName: _name, ...rest } = params
  return rest as A
}

/** The text to run instead of the id, undefined when the request already has one, or the reason for rejecting it. */
export type ResolvedOperation = { text?: string } | { refusal: PublicError }

/** Resolves the operation of a request. */
export type ResolveOperation = (params: OperationParams, context: GatewayContext) => ResolvedOperation

const rememberedTexts = 2_000

/**
 * Resolves persisted operations by id, and checks whether a text is accepted. A text matches the manifest regardless of order and
 * whitespace. Ids are the `documentId` of GraphQL over HTTP and the hashes of Apollo's persisted queries.
 */
export function createOperationResolver(options: OperationResolverOptions): ResolveOperation {
  const isKnown = createManifestLookup(options)
  const mayRun = ({ query, extensions }: OperationParams, context: GatewayContext): boolean => {
    if (options.mode === 'off' || (typeof query === 'string' && isKnown(query, context))) return true
    return options.mode === 'log' || (query === undefined && apolloHash(extensions) === undefined)
  }
  return (params, context) => {
    const mistake = mistakeIn(params)
    if (mistake) return { refusal: mistake }
    const text = textOf(params, options.manifest())
    if (text !== undefined) return { text }
    if (params.documentId !== undefined) return { refusal: unknownId }
    if (!mayRun(params, context)) return { refusal: notPersisted }
    return isOtherText(params) ? { refusal: otherHash } : {}
  }
}

/** The error of an invalid id or a contradictory request. */
function mistakeIn({ query, documentId, extensions }: OperationParams): PublicError | null {
  if (documentId !== undefined && query !== undefined) return textAndId
  return isHashForm(extensions) ? null : badHash
}

/** The text of a persisted operation. */
function textOf({ query, documentId, extensions }: OperationParams, manifest: Manifest): string | undefined {
  if (query !== undefined) return undefined
  const id = documentId ?? apolloHash(extensions)
  return typeof id === 'string' ? manifest.get(hashIn(id)) : undefined
}

/** Whether a text is in the manifest. Other texts are logged, each at most once in a while. */
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

/** Normalizes a document as the SDK's code generator does before hashing. */
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

/** Whether `persistedQuery`, if present, follows Apollo's protocol. */
function isHashForm(extensions: unknown): boolean {
  const { version, sha256Hash } = (extensions as Extensions)?.persistedQuery || { version: 1, sha256Hash: '' }
  return version === 1 && typeof sha256Hash === 'string'
}

/** Whether a hash does not belong to the text that it came with. */
function isOtherText({ query, extensions }: OperationParams): boolean {
  const hash = apolloHash(extensions)
  return typeof query === 'string' && hash !== undefined && hash !== hashOf(query)
}

const unknownId: PublicError = {
  code: 'PERSISTED_QUERY_NOT_FOUND',
  message: 'There is no operation with this documentId.',
}
const textAndId: PublicError = { code: 'BAD_REQUEST', message: 'Send either a documentId or a query, not both.' }
const badHash: PublicError = {
  code: 'BAD_REQUEST',
  message: 'extensions.persistedQuery needs version 1, and the SHA-256 of the query in hex as sha256Hash.',
}
const otherHash: PublicError = {
  code: 'BAD_REQUEST',
  message: 'The sha256Hash in extensions.persistedQuery does not match the query.',
}
const notPersisted: PublicError = {
  code: 'OPERATION_NOT_PERSISTED',
  message: 'Only persisted operations are accepted. Send a documentId.',
}
