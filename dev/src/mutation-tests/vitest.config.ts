import base from '../../../vitest.config.ts'

/** The tests of one target: file patterns as JSON in `MUTATION_TESTS`. */
const include: string[] = JSON.parse(process.env['MUTATION_TESTS'] ?? '[]')

export default { ...base, test: { ...base.test, include } }
