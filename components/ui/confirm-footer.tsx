import { Button } from "./button";
import { AlertDialogAction, AlertDialogCancel, DialogFooter } from "./dialog";

interface ConfirmFooterProps {
  cancel: string;
  confirm: string;
  onConfirm: () => void;
}

/** The two answers to a question before something that cannot be undone; either closes it. */
export function ConfirmFooter({ cancel, confirm, onConfirm }: ConfirmFooterProps) {
  return (
    <DialogFooter>
      <AlertDialogCancel asChild>
        <Button>{cancel}</Button>
      </AlertDialogCancel>
      <AlertDialogAction asChild>
        <Button variant="danger" onClick={onConfirm}>
          {confirm}
        </Button>
      </AlertDialogAction>
    </DialogFooter>
  );
}
