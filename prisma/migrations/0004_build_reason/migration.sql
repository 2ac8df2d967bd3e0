-- AlterTable
ALTER TABLE "Build" ADD COLUMN "errorReason" TEXT;
