select intray.task_differences($1)
