DROP INDEX "agents_first_seen";--> statement-breakpoint
ALTER TABLE "agents" ALTER COLUMN "first_seen_at" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "agents" ALTER COLUMN "last_seen_at" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "heartbeat_interval_ms" bigint;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "created_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "registered_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "name" text;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "owner" text;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "department" text;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "tags" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "versions" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE INDEX "agents_created" ON "agents" USING btree ("workspace_id","created_at");--> statement-breakpoint
UPDATE "agents" SET "created_at" = "first_seen_at";
