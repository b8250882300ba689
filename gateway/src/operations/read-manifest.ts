import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

/** Persisted operations: texts by their SHA-256 in hex. */
export type Manifest = ReadonlyMap<string, string>

/** The formats of GraphQL Code Generator and of Apollo's generator. */
const forms = z.union([
  z
    .object({
      format: z.literal('apollo-persisted-query-manifest'),
      operations: z.array(z.object({ body: z.string() })),
    })
    .transform(({ operations }) => operations.map(({ body }) => [hashOf(body), body] as const)),
  z.record(z.string(), z.string()).transform((texts) => Object.entries(texts)),
])

/** Reads a manifest; null when there is no file. @throws when it is invalid, or an id is not the hash of its text */
export function readManifest(file: string): Manifest | null {
  if (!existsSync(file)) return null
  const entries = forms.parse(JSON.parse(readFileSync(file, 'utf8')))
  return new Map(entries.map(([id, text]) => [provedHash(id, text), text]))
}

/** The hash of a document id, which the specification writes as `sha256:<hex>`. */
export function hashIn(id: string): string {
  return id.startsWith('sha256:') ? id.slice('sha256:'.length) : id
}

/** The SHA-256 of a text, in hex. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function provedHash(id: string, text: string): string {
  const hash = hashOf(text)
  if (hashIn(id) !== hash) throw new Error(`the id ${id} of the persisted operations is not the hash of its text`)
  return hash
}
