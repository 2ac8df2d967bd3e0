-- CreateTable
CREATE TABLE "MetricPoint" (
    "machine" TEXT NOT NULL,
    "stepSec" INTEGER NOT NULL,
    "atSec" INTEGER NOT NULL,
    "cpuPercent" REAL,
    "memoryBytes" REAL,
    "tasks" REAL,
    "ioReadBytesPerSec" REAL,
    "ioWriteBytesPerSec" REAL,
    "netRxBytesPerSec" REAL,
    "netTxBytesPerSec" REAL,

    PRIMARY KEY ("machine", "stepSec", "atSec")
);

-- CreateIndex
CREATE INDEX "MetricPoint_stepSec_atSec_idx" ON "MetricPoint"("stepSec", "atSec");
