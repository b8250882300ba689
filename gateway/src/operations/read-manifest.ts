import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

/** Operations known beforehand: their texts, by the SHA-256 of the text in hex. */
export type Manifest = ReadonlyMap<string, string>

/** What GraphQL Code Generator writes, and what Apollo's generator writes. */
const forms = z.union([
  z
    .object({
      format: z.literal('apollo-persisted-query-manifest'),
      operations: z.array(z.object({ body: z.string() })),
    })
    .transform(({ operations }) => operations.map(({ body }) => [hashOf(body), body] as const)),
  z.record(z.string(), z.string()).transform((texts) => Object.entries(texts)),
])

/** The manifest in a file, or null where there is no file. @throws when it is no manifest, or an id is not its text's hash */
export function readManifest(file: string): Manifest | null {
  if (!existsSync(file)) return null
  const entries = forms.parse(JSON.parse(readFileSync(file, 'utf8')))
  return new Map(entries.map(([id, text]) => [provedHash(id, text), text]))
}

/** The hash in a document's id, which the specification writes as `sha256:<hex>`. */
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
