import { expect, test } from 'vitest'
import { scoreOf } from './score.ts'

const mutant = (
  status: 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'Ignored' | 'RuntimeError',
  line: number,
) => ({
  status,
  mutatorName: 'EqualityOperator',
  replacement: 'a\n <  b',
  location: { start: { line } },
})

test('counts what tests noticed, names survivors in order, and leaves out what never ran', () => {
  const files = {
    'b.ts': { source: '', mutants: [mutant('Killed', 1), mutant('Ignored', 2), mutant('RuntimeError', 3)] },
    'a.ts': { source: '', mutants: [mutant('NoCoverage', 10), mutant('Survived', 9), mutant('Timeout', 1)] },
  }
  expect(scoreOf({ files })).toEqual({
    score: '50.0',
    killed: 2,
    survivors: ['a.ts:9  EqualityOperator: a < b', 'a.ts:10  EqualityOperator: a < b (no test)'],
  })
  expect(scoreOf({ files: {} })).toEqual({ score: '0.0', killed: 0, survivors: [] })
})
