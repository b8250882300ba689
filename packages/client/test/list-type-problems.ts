import { readFileSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'

// A process of its own: test workers resolve packages with the condition `development`, for which this library has TypeScript only.
const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(process.argv[2] ?? ''))), {
  excludeEntrypoints: [
    './api.graphql',
    './persisted-documents.json',
    './persisted-documents.graph.json',
    './package.json',
  ],
})
process.stdout.write(JSON.stringify('problems' in analysis ? analysis.problems : ['it has no types']))
