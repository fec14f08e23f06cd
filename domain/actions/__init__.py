"""The typed actions: a whitelist of transformations, each compiled to readable pandas code."""

from domain.actions.binning import Bin
from domain.actions.casts import Cast
from domain.actions.charts import DrawChart
from domain.actions.check import check, check_in_turn
from domain.actions.column_names import NormaliseNames
from domain.actions.column_places import DuplicateColumn, ReorderColumns
from domain.actions.columns import DropColumns, KeepColumns, RenameColumns, Renaming
from domain.actions.computed_answers import AnswerOfComputed
from domain.actions.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operator,
    OwnFigure,
    Scalar,
    columns_asked,
    comparisons_in,
)
from domain.actions.consistency import MakeConsistent
from domain.actions.date_difference import DateDifference
from domain.actions.date_parts import DateParts, FormatDates
from domain.actions.dates import ParseDates
from domain.actions.derive import Derive
from domain.actions.describe_conditions import describe_condition
from domain.actions.encoding import LabelEncode, OneHot
from domain.actions.errors import InvalidAction, UnknownColumn
from domain.actions.extracting import ExtractText
from domain.actions.figures import (
    Figure,
    TellCorrelation,
    TellFigure,
    TellMissing,
    TellSize,
)
from domain.actions.flagging import FlagRows
from domain.actions.grouping import Aggregate, GroupBy, Pivot
from domain.actions.inquiry import Inquiry
from domain.actions.lookups import ListValues, ShowRows
from domain.actions.lumping import LumpRare
from domain.actions.mapping import MapValues, ValuePair
from domain.actions.merging import MergeColumns
from domain.actions.missing_values import Fill
from domain.actions.outliers import HandleOutliers
from domain.actions.over_time import Period, TellOverTime
from domain.actions.parse_numbers import ParseNumbers
from domain.actions.personal_data import MaskPersonal
from domain.actions.read_in_unit import ReadInUnit, UnitSize
from domain.actions.replacing import ReplaceValues
from domain.actions.reshaping import ExplodeColumn, Melt, Transpose
from domain.actions.row_places import SetInRows, TakeRows
from domain.actions.rows import DropMissing, FilterRows, RemoveDuplicates, Sort, SortKey
from domain.actions.sampling import SampleRows
from domain.actions.scaling import RoundNumbers, Scale
from domain.actions.set_where import SetWhere
from domain.actions.similar_values import MergeSimilar
from domain.actions.splitting import SplitColumn
from domain.actions.summaries import ColumnFigure, DescribeColumns, TellFigures, TellGroups
from domain.actions.text import ChangeCase, TrimText
from domain.actions.text_parts import PadText, RemoveAccents, ReplaceText
from domain.actions.training import TrainModel
from domain.actions.typed_action import RowEffect, TypedAction
from domain.actions.vocabulary import Action
from domain.actions.window import ComputeOverRows, Window

__all__ = [
    "Action",
    "Aggregate",
    "AllOf",
    "AnswerOfComputed",
    "AnyOf",
    "Bin",
    "Cast",
    "ChangeCase",
    "ColumnFigure",
    "Comparison",
    "ComputeOverRows",
    "Condition",
    "DateDifference",
    "DateParts",
    "Derive",
    "DescribeColumns",
    "DrawChart",
    "DropColumns",
    "DropMissing",
    "DuplicateColumn",
    "ExplodeColumn",
    "ExtractText",
    "Figure",
    "Fill",
    "FilterRows",
    "FlagRows",
    "FormatDates",
    "GroupBy",
    "HandleOutliers",
    "Inquiry",
    "InvalidAction",
    "KeepColumns",
    "LabelEncode",
    "ListValues",
    "LumpRare",
    "MakeConsistent",
    "MapValues",
    "MaskPersonal",
    "Melt",
    "MergeColumns",
    "MergeSimilar",
    "NormaliseNames",
    "Not",
    "OneHot",
    "Operator",
    "OwnFigure",
    "PadText",
    "ParseDates",
    "ParseNumbers",
    "Period",
    "Pivot",
    "ReadInUnit",
    "RemoveAccents",
    "RemoveDuplicates",
    "RenameColumns",
    "Renaming",
    "ReorderColumns",
    "ReplaceText",
    "ReplaceValues",
    "RoundNumbers",
    "RowEffect",
    "SampleRows",
    "Scalar",
    "Scale",
    "SetInRows",
    "SetWhere",
    "ShowRows",
    "Sort",
    "SortKey",
    "SplitColumn",
    "TakeRows",
    "TellCorrelation",
    "TellFigure",
    "TellFigures",
    "TellGroups",
    "TellMissing",
    "TellOverTime",
    "TellSize",
    "TrainModel",
    "Transpose",
    "TrimText",
    "TypedAction",
    "UnitSize",
    "UnknownColumn",
    "ValuePair",
    "Window",
    "check",
    "check_in_turn",
    "columns_asked",
    "comparisons_in",
    "describe_condition",
]
