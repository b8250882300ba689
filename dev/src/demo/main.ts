import { randomBytes } from 'node:crypto'
import { exitWithError } from '../commands/exit-with-error.ts'
import { demoPassword } from '../embedded/accounts.ts'
import { loadDotEnv, root } from '../stack/repository.ts'
import { decideSettings, portOf } from '../stack/settings.ts'
import { StartError } from '../stack/start-error.ts'
import { requireValid } from '../variables/require-usable.ts'
import { runDemo } from './run-demo.ts'

loadDotEnv()
const settings = decideSettings({ root, env: process.env })
const startedAt = Date.now()
let steps = 0

try {
  requireValid(settings)
  await requireStack()
  await runDemo({
    graphUrl: `http://127.0.0.1:${portOf(settings, 'gateway')}/graphql`,
    mailboxUrl: `http://127.0.0.1:${portOf(settings, 'mailbox')}`,
    unique: randomBytes(4).toString('hex'),
    adminPassword: demoPassword,
    reportStep,
  })
  console.log(`\n  All ${steps} steps passed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.\n`)
} catch (error) {
  if (!(error instanceof StartError)) console.error(`\n  ✗ after step ${steps}:`)
  exitWithError(error)
}

function reportStep(step: string, result: string): void {
  steps++
  console.log(`${String(steps).padStart(4)}. ${step.padEnd(58)} ${result}`)
}

/** The demo registers users and reads their mail, so it needs the embedded Cognito and mailbox. */
async function requireStack(): Promise<void> {
  const { cognito, mailbox } = settings.embedded
  if (!cognito || !mailbox)
    throw new StartError(
      'The demo needs the embedded Cognito and mailbox: unset AWS_COGNITO_USER_POOL_ID and SMTP_URL.',
    )
  await fetch(`http://127.0.0.1:${portOf(settings, 'gateway')}/health/live`).catch(() => {
    throw new StartError('Tikitu is not running. Start it with npm start in another terminal and wait for the banner.')
  })
}
