import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Test files that take long, such as those that start the whole platform. */
const long = [/\/dev\/test\//, /\/test\/fuzz\//, /\/never-oversold/, /\/embedded-postgres\//, /\/no-silence\.test/]

/** Runs the files that take long first, so that no worker is left with one of them at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification): boolean => long.some((pattern) => pattern.test(moduleId))
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}
