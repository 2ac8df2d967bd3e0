-- CreateTable
CREATE TABLE "BootRecord" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "machine" TEXT NOT NULL,
    "bootId" TEXT NOT NULL,
    "at" DATETIME NOT NULL,
    "userspaceUsec" BIGINT NOT NULL,
    "target" TEXT NOT NULL,
    "targetUsec" BIGINT,
    "failed" INTEGER NOT NULL,
    "unitsJson" TEXT NOT NULL
);

-- CreateIndex
CREATE INDEX "BootRecord_machine_at_idx" ON "BootRecord"("machine", "at");

-- CreateIndex
CREATE INDEX "BootRecord_at_idx" ON "BootRecord"("at");

-- CreateIndex
CREATE UNIQUE INDEX "BootRecord_machine_bootId_key" ON "BootRecord"("machine", "bootId");
