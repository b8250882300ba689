import { printExecutableGraphQLDocument } from '@graphql-tools/documents'
import type { Log } from '@tikitu/kit/log'
import { parse } from 'graphql'
import type { PublicError } from '../http/answers.ts'
import { hashIn, hashOf, type Manifest } from './read-manifest.ts'

/** Whether operations that are not in the manifest run: all of them, all but logged, or none. */
export type PersistedMode = 'off' | 'log' | 'enforce'

export interface AdmissionOptions {
  mode: PersistedMode
  /** Those that are known now. */
  manifest: () => Manifest
  maxTokens: number
  log: Log
}

/** How a request says what to run. Nothing in it has been checked. */
export interface Asked {
  query?: unknown
  documentId?: unknown
  extensions?: unknown
}

/** The text to run in place of what was asked by name, nothing when it stands as it is, or why it does not run. */
export type Admission = { text?: string } | { refusal: PublicError }

const rememberedTexts = 2_000

/**
 * Finds the text of an operation that is asked for by name, and says whether a text may run. A text counts as known when
 * it is one of the manifest's in another order or spacing. Ids are those of GraphQL over HTTP (`documentId`) and of
 * Apollo's persisted queries.
 */
export function createAdmission(options: AdmissionOptions): (asked: Asked) => Admission {
  const isKnown = createKnowledge(options)
  const mayRun = ({ query, extensions }: Asked): boolean => {
    if (options.mode === 'off' || (typeof query === 'string' && isKnown(query))) return true
    return options.mode === 'log' || (query === undefined && apolloHash(extensions) === undefined)
  }
  return (asked) => {
    if (asked.documentId !== undefined && asked.query !== undefined) return { refusal: textAndId }
    const text = textOf(asked, options.manifest())
    if (text !== undefined) return { text }
    if (asked.documentId !== undefined) return { refusal: unknownId }
    return mayRun(asked) ? {} : { refusal: notPersisted }
  }
}

/** The text of an operation that is asked for by name. */
function textOf({ query, documentId, extensions }: Asked, manifest: Manifest): string | undefined {
  if (query !== undefined) return undefined
  const id = documentId ?? apolloHash(extensions)
  return typeof id === 'string' ? manifest.get(hashIn(id)) : undefined
}

/** Whether a text is in the manifest. What is not is logged, each text once in a while. */
function createKnowledge(options: AdmissionOptions): (text: string) => boolean {
  const { mode, maxTokens, log } = options
  const known = new Map<string, boolean>()
  let manifest = options.manifest()
  return (text) => {
    if (manifest !== options.manifest()) known.clear()
    manifest = options.manifest()
    const hash = hashOf(text)
    const remembered = known.get(hash)
    if (remembered !== undefined) return remembered
    const isKnown = manifest.has(hash) || manifest.has(hashOf(normalized(text, maxTokens)))
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

function apolloHash(extensions: unknown): unknown {
  return (extensions as { persistedQuery?: { sha256Hash?: unknown } | null } | null | undefined)?.persistedQuery
    ?.sha256Hash
}

const unknownId: PublicError = {
  code: 'PERSISTED_QUERY_NOT_FOUND',
  message: 'No operation is known by this documentId.',
}
const textAndId: PublicError = { code: 'BAD_REQUEST', message: 'Send either a documentId or a query, not both.' }
const notPersisted: PublicError = {
  code: 'OPERATION_NOT_PERSISTED',
  message: 'Only operations known beforehand run here: send the documentId of one.',
}
