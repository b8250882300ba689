import type { Service } from './services.ts'

/** What any program may need of its surroundings. */
const surroundings = new Set(
  `PATH HOME USER TMPDIR TEMP TMP SystemRoot LANG LC_ALL TZ NO_COLOR FORCE_COLOR NODE_OPTIONS NODE_EXTRA_CA_CERTS VSCODE_INSPECTOR_OPTIONS
   HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy LD_LIBRARY_PATH`.split(/\s+/),
)

/** What every service of ours reads. */
const ofEveryService = /^(NODE_ENV|LOG_LEVEL|HOST|HOST_NAMES|PUBLIC_URL|DEVELOPMENT_BEYOND_LOOPBACK|SERVICE_[A-Z_]+)$/

/** What a service reads besides the variables that begin with its own name. */
const ofOne: Readonly<Record<string, RegExp>> = {
  gateway: /^(GATEWAY_.+|.+_REQUEST_KEYS|REDIS_URL|AWS_REGION|AWS_COGNITO_.+)$/,
  user: /^AWS_.+$/,
  notification: /^(AWS_(?!COGNITO_).+|(MAIL|SMTP|SES|SNS|SMS)_.+|WEB_URL)$/,
  payment: /^SANDBOX_.+$/,
}

/** Whether a variable of the person's shell is passed to a program that is no service of ours. */
export function isSurrounding(name: string): boolean {
  return surroundings.has(name)
}

/** Whether a variable of the person's shell or `.env` is passed to that service: what it reads, and nothing else of theirs. */
export function isPassedTo(service: Service, name: string): boolean {
  const isOwn = name.startsWith(`${service.prefix}_`) || /_SERVICE_URL$/.test(name)
  return isOwn || isSurrounding(name) || ofEveryService.test(name) || !!ofOne[service.name]?.test(name)
}
