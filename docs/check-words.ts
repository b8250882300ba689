import { globSync, readFileSync } from 'node:fs'

/**
 * Words that the glossary gives up for another, and phrases that a reader stumbles over, in what people read: documents, schema
 * descriptions, message templates. Prints each with its file and line, and exits 1.
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
].map((word) => ({ word, instead: 'say it plainly' }))

const rules = [...discarded, ...phrases].map(({ word, instead }) => ({
  pattern: new RegExp(`\\b${word}s?\\b`, 'i'),
  instead,
}))

const found = texts.flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) =>
      rules.flatMap(({ pattern, instead }) => {
        const word = pattern.exec(line)?.[0]
        return word ? [`${file}:${index + 1}: "${word}": ${instead}`] : []
      }),
    ),
)
if (found.length > 0) {
  console.error(`Words that docs/glossary.md or docs/check-words.ts gives up:\n  ${found.join('\n  ')}`)
  process.exit(1)
}
console.log(`${texts.length} texts speak the words of the glossary`)
