import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { buildSchema, parse, validate } from 'graphql'

/**
 * Checks the documents: every path in a link or in a `code span` that looks like one of this repository exists, every operation
 * shown is valid against the graph, and `docs/decisions/README.md` lists every decision. Prints what is wrong, and exits 1.
 */

const documents = globSync('**/*.md', { exclude: (path) => /node_modules|\.tikitu/.test(path) })
const sources = globSync('**/*.{json,ts,md,graphql}', { exclude: (path) => /node_modules|\.tikitu/.test(path) })
const links = /\]\((?!https?:|mailto:|#)([^)#\s]+)/g
const spans =
  /`((?:\.\/)?(?:gateway|subgraphs|schema|packages|dev|bench|web|deploy|docs)\/[^`\s]*|[\w.-]+\.(?:json|ts|md|graphql))`/g

const missing = documents.flatMap((document) => {
  const text = readFileSync(document, 'utf8')
  const linked = [...text.matchAll(links)].map((match) => join(dirname(document), match[1] ?? ''))
  const named = [...text.matchAll(spans)].map((match) => match[1] ?? '')
  const absent = [...linked.filter((path) => !existsSync(path)), ...named.filter((path) => !isThere(path, document))]
  return absent.map((path) => `${document}: ${path}`)
})

const api = buildSchema(readFileSync('schema/api.graphql', 'utf8'), { assumeValid: true })
const broken = documents.flatMap((document) => {
  const shown = [...readFileSync(document, 'utf8').matchAll(/```graphql\n([\s\S]*?)```/g)].map(
    (match) => match[1] ?? '',
  )
  return shown.flatMap((text) => validate(api, parse(text)).map((error) => `${document}: ${error.message}`))
})

const index = readFileSync('docs/decisions/README.md', 'utf8')
const unlisted = globSync('docs/decisions/[0-9]*.md').filter((path) => !index.includes(`](${basename(path)})`))

if (unlisted.length > 0) {
  console.error(`These decisions are missing in docs/decisions/README.md:\n  ${unlisted.join('\n  ')}`)
  process.exit(1)
}
if (broken.length > 0) {
  console.error(`These operations are shown in documents but are not valid:\n  ${broken.join('\n  ')}`)
  process.exit(1)
}
if (missing.length > 0) {
  console.error(`These paths are named in documents but do not exist:\n  ${missing.join('\n  ')}`)
  process.exit(1)
}
console.log(`${documents.length} documents name only paths that exist, and the index of decisions is complete`)

/**
 * Whether a path exists, relative to the root or to the document; a bare file name, anywhere. `<name>`, `*` and `…` are wildcards.
 */
function isThere(path: string, document: string): boolean {
  const pattern = path.replace(/<[^>]+>|…/g, '*')
  if (!pattern.includes('/')) return sources.some((source) => source === pattern || source.endsWith(`/${pattern}`))
  return [pattern, join(dirname(document), pattern), join(dirname(document), 'src', pattern)].some((candidate) =>
    /[*{]/.test(candidate) ? globSync(candidate).length > 0 : existsSync(candidate),
  )
}
