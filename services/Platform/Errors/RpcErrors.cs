using System.Collections.ObjectModel;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using GrpcStatus = Grpc.Core.Status;
using RpcStatus = Google.Rpc.Status;

namespace CanThoGov.Platform.Errors;

/// <summary>Refusals on the wire: <c>google.rpc.Status</c> in the trailer <c>grpc-status-details-bin</c>, on both sides of a call.</summary>
public static class RpcErrors
{
    /// <summary>Domain of every reason: with it a reason is unique in the world.</summary>
    public const string Domain = "canthogov.cantho.gov.vn";

    /// <summary>Reason of everything that is our own fault.</summary>
    public const string Internal = "INTERNAL";

    public const string DetailsTrailer = "grpc-status-details-bin";

    // Clients refuse larger trailers: C-core and its children from 8 KiB on, and base64 and the other trailers come on top.
    const int MaxDetailsBytes = 4096;
    const int MaxMessageLength = 800;
    const int MaxValueLength = 200;

    /// <summary>The reason code of a refusal; null if the other side gave none (an older server, a proxy, a broken connection).</summary>
    public static string? ReasonOf(RpcException exception) => Detail<ErrorInfo>(exception)?.Type;

    /// <summary>What varies in a refusal; empty if there is none.</summary>
    public static IReadOnlyDictionary<string, string> MetadataOf(RpcException exception) =>
        Detail<ErrorInfo>(exception) is { } info ? info.Metadata.AsReadOnly() : ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The wrong fields that a refusal names.</summary>
    public static IReadOnlyList<FieldViolation> FieldViolationsOf(RpcException exception) =>
        [.. (Detail<BadRequest>(exception)?.FieldViolations ?? []).Select(v => new FieldViolation(v.Field, v.Description))];

    /// <summary>How long the other side asks to wait before a repeat; null if it does not say.</summary>
    public static TimeSpan? RetryAfterOf(RpcException exception) => Detail<RetryInfo>(exception)?.RetryDelay?.ToTimeSpan();

    /// <summary>The first detail of a type; null if there is none or the trailer is not readable.</summary>
    public static TDetail? Detail<TDetail>(RpcException exception)
        where TDetail : class, IMessage<TDetail>, new()
    {
        if (exception.Trailers.GetValueBytes(DetailsTrailer) is not { } bytes)
            return null;
        try
        {
            var descriptor = new TDetail().Descriptor;
            return RpcStatus.Parser.ParseFrom(bytes).Details.FirstOrDefault(detail => detail.Is(descriptor))?.Unpack<TDetail>();
        }
        catch (InvalidProtocolBufferException)
        {
            return null;   // whatever a foreign server put there, the status code still holds
        }
    }

    internal static DomainException Unreadable() =>
        new(StatusCode.InvalidArgument, "MESSAGE_UNREADABLE", "The request is no message of the kind that this method takes.");

    internal static DomainException TooLarge() =>
        new(StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", "The request is larger than this service takes.");

    internal static RpcException ToRpcException(DomainException exception)
    {
        var status = ToStatus(exception);
        return new RpcException(
            new GrpcStatus(exception.Code, status.Message), new Metadata { { DetailsTrailer, status.ToByteArray() } });
    }

    /// <summary>A refusal as a caller gets it: for one that is kept to be read later.</summary>
    public static RpcStatus ToStatus(DomainException exception)
    {
        var status = new RpcStatus { Code = (int)exception.Code, Message = Clip(exception.Message, MaxMessageLength) };

        // CommonProtos 2.0.0 calls field 1 `Type`; on the wire it is `reason`.
        var info = new ErrorInfo { Domain = Domain, Type = exception.Reason };
        foreach (var (key, value) in exception.Metadata)
            info.Metadata[key] = Clip(value, MaxValueLength);
        status.Details.Add(Any.Pack(info));

        if (exception.RetryAfter is { } delay)
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = delay.ToDuration() }));
        if (exception.ResourceName is { } name)
        {
            status.Details.Add(Any.Pack(new ResourceInfo
            {
                ResourceType = exception.ResourceType ?? "",
                ResourceName = Clip(name, MaxValueLength),
                Description = status.Message,
            }));
        }

        AddFieldViolations(status, exception.FieldViolations);
        AddPreconditionViolations(status, exception);
        return status;
    }

    static void AddFieldViolations(RpcStatus status, IReadOnlyList<FieldViolation> violations)
    {
        if (violations.Count == 0)
            return;
        var room = MaxDetailsBytes - status.CalculateSize();
        var request = new BadRequest();
        foreach (var (field, description) in violations)
        {
            var violation = new BadRequest.Types.FieldViolation
            {
                Field = Clip(field, MaxValueLength),
                Description = Clip(description, MaxValueLength),
            };
            if ((room -= violation.CalculateSize()) < 0)
                break;
            request.FieldViolations.Add(violation);
        }

        status.Details.Add(Any.Pack(request));
    }

    static void AddPreconditionViolations(RpcStatus status, DomainException exception)
    {
        if (exception.Code != StatusCode.FailedPrecondition)
            return;
        var failure = new PreconditionFailure();
        foreach (var (type, subject, description) in exception.PreconditionViolations)
        {
            failure.Violations.Add(new PreconditionFailure.Types.Violation
            {
                Type = type,
                Subject = Clip(subject, MaxValueLength),
                Description = Clip(description, MaxValueLength),
            });
        }

        if (failure.Violations.Count == 0)
        {
            failure.Violations.Add(new PreconditionFailure.Types.Violation
            {
                Type = exception.Reason,
                Subject = Clip(exception.ResourceName ?? "", MaxValueLength),
                Description = status.Message,
            });
        }

        status.Details.Add(Any.Pack(failure));
    }

    static string Clip(string text, int length)
    {
        if (text.Length <= length)
            return text;
        var end = char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
        return string.Concat(text.AsSpan(0, end), "…");
    }
}
