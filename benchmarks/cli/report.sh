#!/bin/sh
# One report, as somebody makes it without this project: papermill, then nbconvert.
# report.sh NOTEBOOK PARAMS LANGUAGE OUT.ipynb
set -e
papermill "$1" "$4" -f "$2" -p language "$3"
jupyter nbconvert --to html "$4"
