using System.Text;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Messaging;

namespace CanThoGov.City.Assignments;

/// <summary>
/// How large an assignment may become. Each of its events carries all of it, so one that fills an event could be neither changed nor ended:
/// what is issued leaves room for what will be said about it, and what is said leaves room for the end, and for what nobody can refuse, as
/// another calendar, another head or a successor.
/// </summary>
static class AssignmentRoom
{
    /// <summary>UTF-8 bytes of the assignment, for the longest event and for its longest note.</summary>
    const int AtFirstIssue = EventLog.MaxBodyBytes / 2, InWork = EventLog.MaxBodyBytes - (14 * 1024);

    /// <param name="e">Null for a draft, which is checked when it is issued.</param>
    /// <param name="snapshot">The assignment as it is stored and sent.</param>
    /// <exception cref="DomainException">EVENT_TOO_LARGE.</exception>
    public static void Require(IAssignmentEvent? e, string snapshot)
    {
        var limit = e switch
        {
            null or AssignmentCancelled or ResultAccepted or DueTimeMoved or AccountableHeadChanged or AssignmentSucceeded => EventLog.MaxBodyBytes,
            AssignmentIssued { Assignment.Returns.Count: 0 } => AtFirstIssue,
            _ => InWork,
        };
        var size = Encoding.UTF8.GetByteCount(snapshot);
        if (size > limit)
        {
            throw EventLog.TooLarge(e!, size, limit);
        }
    }
}
