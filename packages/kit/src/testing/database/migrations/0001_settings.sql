CREATE TABLE "config_values" (
	"key" text NOT NULL,
	"scope" text NOT NULL,
	"value" jsonb,
	"version" integer NOT NULL,
	CONSTRAINT "config_values_key_scope_pk" PRIMARY KEY("key","scope")
);
--> statement-breakpoint
CREATE TABLE "flag_values" (
	"key" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"is_enabled" boolean NOT NULL,
	"percentage" integer NOT NULL,
	"is_killed" boolean NOT NULL,
	"segments" text[] NOT NULL
);
