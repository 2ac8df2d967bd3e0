interface Read {
  error: unknown;
  refetch(): unknown;
}

interface Watch {
  status: string;
  error: unknown;
  reset(): void;
}

/** Why what is read by a query and kept true by a subscription is not true any more, and what asks again for what failed. */
export function failureOf(read: Read, watch: Watch): { error: unknown; retry: () => void } {
  // While it only reconnects it has an error, too.
  const unwatched = watch.status === "error" ? watch.error : null;
  return {
    error: read.error ?? unwatched,
    retry() {
      if (read.error) read.refetch();
      if (unwatched) watch.reset();
    },
  };
}
