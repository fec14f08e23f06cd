"""Every typed action there is.

Column names are exact. No columns means every column where an action says so, and is refused
elsewhere: who builds an action names what it touches.
"""

from typing import TypeAlias

from domain.actions.binning import Bin
from domain.actions.casts import Cast
from domain.actions.charts import DrawChart
from domain.actions.column_names import NormaliseNames
from domain.actions.column_places import DuplicateColumn, ReorderColumns
from domain.actions.columns import DropColumns, KeepColumns, RenameColumns
from domain.actions.computed_answers import AnswerOfComputed
from domain.actions.consistency import MakeConsistent
from domain.actions.date_difference import DateDifference
from domain.actions.date_parts import DateParts, FormatDates
from domain.actions.dates import ParseDates
from domain.actions.derive import Derive
from domain.actions.encoding import LabelEncode, OneHot
from domain.actions.extracting import ExtractText
from domain.actions.figures import TellCorrelation, TellFigure, TellMissing, TellSize
from domain.actions.flagging import FlagRows
from domain.actions.grouping import GroupBy, Pivot
from domain.actions.lookups import ListValues, ShowRows
from domain.actions.lumping import LumpRare
from domain.actions.mapping import MapValues
from domain.actions.merging import MergeColumns
from domain.actions.missing_values import Fill
from domain.actions.outliers import HandleOutliers
from domain.actions.over_time import TellOverTime
from domain.actions.parse_numbers import ParseNumbers
from domain.actions.personal_data import MaskPersonal
from domain.actions.read_in_unit import ReadInUnit
from domain.actions.replacing import ReplaceValues
from domain.actions.reshaping import ExplodeColumn, Melt, Transpose
from domain.actions.row_places import SetInRows, TakeRows
from domain.actions.rows import DropMissing, FilterRows, RemoveDuplicates, Sort
from domain.actions.sampling import SampleRows
from domain.actions.scaling import RoundNumbers, Scale
from domain.actions.set_where import SetWhere
from domain.actions.similar_values import MergeSimilar
from domain.actions.splitting import SplitColumn
from domain.actions.summaries import DescribeColumns, TellFigures, TellGroups
from domain.actions.text import ChangeCase, TrimText
from domain.actions.text_parts import PadText, RemoveAccents, ReplaceText
from domain.actions.training import TrainModel
from domain.actions.window import ComputeOverRows

Action: TypeAlias = (
    DropMissing
    | Fill
    | DropColumns
    | KeepColumns
    | RenameColumns
    | NormaliseNames
    | ReorderColumns
    | DuplicateColumn
    | RemoveDuplicates
    | TrimText
    | ChangeCase
    | ReplaceText
    | RemoveAccents
    | PadText
    | ExtractText
    | SplitColumn
    | MergeColumns
    | Cast
    | ParseDates
    | ParseNumbers
    | ReadInUnit
    | ReplaceValues
    | MapValues
    | SetWhere
    | SetInRows
    | MergeSimilar
    | LumpRare
    | MakeConsistent
    | MaskPersonal
    | FilterRows
    | TakeRows
    | SampleRows
    | Sort
    | Derive
    | FlagRows
    | ComputeOverRows
    | GroupBy
    | Pivot
    | Melt
    | Transpose
    | ExplodeColumn
    | DateParts
    | DateDifference
    | FormatDates
    | TrainModel
    | TellFigure
    | TellFigures
    | TellGroups
    | TellOverTime
    | DescribeColumns
    | TellMissing
    | TellSize
    | TellCorrelation
    | ListValues
    | ShowRows
    | AnswerOfComputed
    | DrawChart
    | Scale
    | RoundNumbers
    | HandleOutliers
    | Bin
    | OneHot
    | LabelEncode
)
