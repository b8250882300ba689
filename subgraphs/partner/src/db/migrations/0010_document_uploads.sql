CREATE TABLE "document_uploads" (
	"id" text PRIMARY KEY NOT NULL,
	"partner_id" text NOT NULL,
	"user_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"received_at" timestamp with time zone,
	"content_type" text,
	"byte_size" integer,
	"sha256" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "document_uploads_content_type_values" CHECK ("document_uploads"."content_type" in ('application/pdf', 'image/jpeg', 'image/png'))
);
--> statement-breakpoint
ALTER TABLE "partner_documents" ADD COLUMN "store_key" text;--> statement-breakpoint
ALTER TABLE "document_uploads" ADD CONSTRAINT "document_uploads_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "document_uploads_partner" ON "document_uploads" USING btree ("partner_id");--> statement-breakpoint
CREATE INDEX "document_uploads_expiry" ON "document_uploads" USING btree ("expires_at");