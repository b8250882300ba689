import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { type Case, casesOf, drafts } from './generated/cases.ts'
import { minimise } from './generated/minimise.ts'
import { judge, type Verdict } from './generated/verdict.ts'

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    graphs: { type: 'string', default: '100' },
    /** How many operations are made up for each graph. Of one seed, another number means other cases. */
    operations: { type: 'string', default: '12' },
    /** One case alone, by the name that it is printed with, such as 134.0. */
    only: { type: 'string' },
    /** Print what differs as it was found. */
    whole: { type: 'boolean', default: false },
  },
})

const counts: Record<Verdict['kind'], number> = { equal: 0, refused: 0, wrong: 0 }
let number = 0

/** Compares the answers of generated cases with those of one service, and prints each that differs, as small as it can be. */
async function hunt(): Promise<void> {
  const [onlyGraph] = options.only?.split('.') ?? []
  const property = fc.asyncProperty(drafts(Number(options.operations)), async (draft) => {
    const graph = number++
    if (onlyGraph !== undefined && Number(onlyGraph) !== graph) return
    for (const one of await casesOf(draft)) await look(one, `${graph}.${one.index}`)
    if (graph % 100 === 99) console.log(summary())
  })
  const run = await fc.check(property, {
    seed: Number(options.seed),
    numRuns: Number(options.graphs),
    endOnFailure: true,
  })
  if (run.failed) throw run.errorInstance
}

async function look(found: Case, name: string): Promise<void> {
  if (options.only?.includes('.') && options.only !== name) return
  const verdict = await judge(found.graph, found)
  counts[verdict.kind]++
  if (verdict.kind === 'equal') return
  console.log(`\n${verdict.kind}: seed ${options.seed}, case ${name} (${found.kind})`)
  await show(options.whole ? found : await minimise(found, verdict.kind))
}

async function show(found: Case): Promise<void> {
  const { ours, right } = await judge(found.graph, found)
  for (const { name, sdl } of found.graph.parts) console.log(`# ${name}\n${sdl}`)
  console.log(found.text, JSON.stringify(found.variables))
  console.log(planOf(found))
  console.log('ours: ', JSON.stringify(ours))
  console.log('right:', JSON.stringify(right))
}

function planOf({ graph, text }: Case): string {
  try {
    return graph.world.plan(text)
  } catch (error) {
    return String(error)
  }
}

function summary(): string {
  const seconds = Math.round(performance.now() / 1000)
  return `seed ${options.seed}, ${number} graphs, ${seconds} s: ${JSON.stringify(counts)}`
}

await hunt()
console.log(summary())
process.exitCode = counts.wrong > 0 ? 1 : 0
