import { globSync, readFileSync } from 'node:fs'

/**
 * Refuses words that the glossary replaces by others, and phrases that readers stumble over, in documents, schema descriptions and message
 * templates. The phrases are also refused in comments of the gateway and the executor. Prints each with its file and line, and exits 1.
 */

const glossary = readFileSync('docs/glossary.md', 'utf8')
const texts = globSync('{*.md,docs/**/*.md,{packages,subgraphs,gateway,dev,bench,schema}/**/*.{md,graphql,txt}}', {
  exclude: (path) =>
    /node_modules|\.tikitu|\/dist\b|\/generated\b|glossary\.md|(supergraph|released)\.graphql|\/test\//.test(path),
})

/** Each discarded word with the term to use. */
const discarded = [...glossary.matchAll(/^\| ([^|]+) \| [^|]+ \| ([^|]*\w[^|]*) \|$/gm)]
  .filter(([, term]) => term !== 'term')
  .flatMap(([, term = '', words = '']) => words.split(', ').map((word) => ({ word, instead: `say "${term.trim()}"` })))

const phrases = [
  'not any more',
  'of which nothing',
  'come again',
  'had better',
  'good for nothing',
  'must not mind',
  'takes? it apart',
  'in its own time',
  'told of',
  'the first first',
  'at its place',
  'be it',
  '(?:is|are) none of',
  'in its turn',
  'is said of',
  'last good one',
  'left alone',
  'nothing of it',
  'right now',
  'what is asked',
  'whoever',
].map((word) => ({ word, instead: 'say it plainly' }))

const code = globSync('{packages/executor,gateway}/**/*.ts', {
  exclude: (path) => /node_modules|\.tikitu|\/dist\b|\/src\/generated\b/.test(path),
})

type Rule = (typeof phrases)[number]

function findIn(file: string, rules: readonly Rule[], reads: (line: string) => boolean = () => true): string[] {
  const patterns = rules.map(({ word, instead }) => ({ pattern: new RegExp(`\\b${word}s?\\b`, 'i'), instead }))
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line, index) =>
    patterns.flatMap(({ pattern, instead }) => {
      const word = reads(line) && pattern.exec(line)?.[0]
      return word ? [`${file}:${index + 1}: "${word}": ${instead}`] : []
    }),
  )
}

const isComment = (line: string): boolean => /^\s*(?:\/\*\*|\*|\/\/)/.test(line)
const found = [
  ...texts.flatMap((file) => findIn(file, [...discarded, ...phrases])),
  ...code.flatMap((file) => findIn(file, phrases, isComment)),
]
if (found.length > 0) {
  console.error(`Words that docs/glossary.md or docs/check-words.ts gives up:\n  ${found.join('\n  ')}`)
  process.exit(1)
}
console.log(`${texts.length} texts and the comments of ${code.length} files use the words of the glossary`)
