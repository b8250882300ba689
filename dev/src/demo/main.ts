import { randomBytes } from 'node:crypto'
import { demoPassword } from '../accounts.ts'
import { endWithFailure } from '../end-with-failure.ts'
import { loadDotEnv, root } from '../repository.ts'
import { decideSettings, portOf } from '../settings.ts'
import { StartError } from '../start-error.ts'
import { tellStory } from '../story/tell-story.ts'
import { requireReadable } from '../variables/require-usable.ts'

loadDotEnv()
const settings = decideSettings({ root, env: process.env })
const startedAt = Date.now()
let steps = 0

try {
  requireReadable(settings)
  await requireStack()
  await tellStory({
    graphUrl: `http://127.0.0.1:${portOf(settings, 'gateway')}/graphql`,
    mailboxUrl: `http://127.0.0.1:${portOf(settings, 'mailbox')}`,
    unique: randomBytes(4).toString('hex'),
    adminPassword: demoPassword,
    tell,
  })
  console.log(`\n  All ${steps} steps gave what they promise, in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.\n`)
} catch (error) {
  if (!(error instanceof StartError)) console.error(`\n  ✗ after step ${steps}:`)
  endWithFailure(error)
}

function tell(step: string, result: string): void {
  steps++
  console.log(`${String(steps).padStart(4)}. ${step.padEnd(58)} ${result}`)
}

/** The story registers people and reads their mail, so it needs the embedded Cognito and the mailbox too. */
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
