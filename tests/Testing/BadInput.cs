using System.Collections;
using System.Text.RegularExpressions;
using CanThoGov.Platform.Errors;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Xunit;
using Enum = System.Enum;

namespace CanThoGov.Testing;

/// <summary>
/// Calls every unary rpc of a service as no honest client does and holds the answers against the comments of the protos: every wrong field
/// is named at once, nothing fails inside, and no message tells how the service is made. The requests are built from the descriptors,
/// so that a new rpc and a new field are tried without a word here.
/// </summary>
/// <param name="callers">Of each rpc the first whose role may call it.</param>
public sealed partial class BadInput(ServiceDescriptor service, params CallInvoker[] callers)
{
    /// <summary>More characters than any field takes.</summary>
    const int TooMany = 9_000;

    const int UnknownValue = 99;

    /// <summary>Fields that may hold anything, as <c>ListEvents.types</c>, each with the reason why.</summary>
    public IReadOnlyDictionary<string, string> Unchecked { get; init; } = new Dictionary<string, string>();

    /// <summary>Tries them all and writes each answer to the test's output. Fails with all that is wrong with the answers.</summary>
    public async Task AssertRefusedAsync()
    {
        var faults = new List<string>();
        var used = new HashSet<string>();
        foreach (var method in service.Methods.Where(method => method is { IsClientStreaming: false, IsServerStreaming: false }))
        {
            foreach (var (kind, request, wrong) in Requests(method))
            {
                var expected = wrong.Where(field => !Unchecked.ContainsKey(Key(method, field))).ToArray();
                used.UnionWith(wrong.Select(field => Key(method, field)));
                var answer = await CallAsync(method, request);
                TestContext.Current.TestOutputHelper?.WriteLine($"{method.Name} {kind}: {answer}");
                faults.AddRange(answer.Faults(expected).Select(fault => $"{method.Name} {kind}: {fault}"));
            }
        }

        faults.AddRange(Unchecked.Keys.Where(key => key.Split('.')[0] is var rpc && service.FindMethodByName(rpc) is not null && !used.Contains(key))
            .Select(key => $"{key} is no field of a request"));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    static string Key(MethodDescriptor method, string field) => $"{method.Name}.{field}";

    static IEnumerable<(string Kind, IMessage Request, IReadOnlyList<string> Wrong)> Requests(MethodDescriptor method)
    {
        yield return ("empty", Empty(method.InputType), [.. Required(method)]);
        foreach (var (kind, value) in new (string, Func<FieldDescriptor, string>)[] { ("too much", _ => new string('ế', TooMany)), ("malformed", Malformed) })
        {
            var request = Empty(method.InputType);
            var wrong = new List<string>();
            Spoil(request, "", value, wrong, isRead: true);
            if (wrong.Count > 0)
            {
                yield return (kind, request, wrong);
            }
        }
    }

    static IMessage Empty(MessageDescriptor type) => type.Parser.ParseFrom(ByteString.Empty);

    static IEnumerable<string> Required(MethodDescriptor method)
    {
        foreach (var field in method.InputType.Fields.InDeclarationOrder())
        {
            if (ProtoComments.IsRequired(field))
            {
                yield return field.Name;
            }
            else if (IsNewResource(field))
            {
                foreach (var inner in field.MessageType.Fields.InDeclarationOrder().Where(inner => ProtoComments.IsRequired(inner) && IsRead(inner)))
                {
                    yield return $"{field.Name}.{inner.Name}";
                }
            }
        }
    }

    /// <summary>The resource that a Create rpc is given.</summary>
    static bool IsNewResource(FieldDescriptor field) =>
        field.FieldType == FieldType.Message && field.ContainingType.Name == $"Create{field.MessageType.Name}Request";

    /// <summary>The server gives a new resource its name and what is output only, whatever the request says. An etag is opaque: any other is stale.</summary>
    static bool IsRead(FieldDescriptor field) =>
        !ProtoComments.IsOutputOnly(field) && field.Name != "etag"
        && !(field.Name == "name" && field.ContainingType.FindFieldByName("request_id") is null && !field.ContainingType.Name.EndsWith("Request", StringComparison.Ordinal));

    /// <summary>Puts a bad value into every field, and one bad element into every list.</summary>
    /// <param name="value">For a text; empty for none.</param>
    /// <param name="wrong">Takes the paths of what the service must find wrong.</param>
    static void Spoil(IMessage message, string path, Func<FieldDescriptor, string> value, List<string> wrong, bool isRead)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var name = path + field.Name + (field.IsRepeated ? "[0]" : "");
            var read = isRead && IsRead(field);
            if (BadValue(field, value) is { } bad)
            {
                Set(message, field, bad);
                wrong.AddRange(read ? [name] : []);
            }
            else if (field.FieldType == FieldType.Message)
            {
                var inner = Empty(field.MessageType);
                Spoil(inner, name + ".", value, wrong, read);
                Set(message, field, inner);
            }
        }
    }

    static void Set(IMessage message, FieldDescriptor field, object value)
    {
        if (field.IsRepeated)
        {
            ((IList)field.Accessor.GetValue(message)).Add(value);
        }
        else
        {
            field.Accessor.SetValue(message, value);
        }
    }

    /// <returns>Null for what cannot be wrong by itself.</returns>
    static object? BadValue(FieldDescriptor field, Func<FieldDescriptor, string> value) => field.FieldType switch
    {
        FieldType.String => value(field) is { Length: > 0 } text ? text : null,
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, UnknownValue),
        FieldType.Int32 => -1,
        FieldType.Int64 => -1L,
        FieldType.Message when field.MessageType == Timestamp.Descriptor => new Timestamp { Seconds = long.MaxValue, Nanos = -1 },
        FieldType.Message or FieldType.Bool => null,
        _ => throw new InvalidOperationException($"No bad value is known for {field.FullName}, a {field.FieldType}."),
    };

    /// <summary>Nearly in the form that the comment gives; empty for free text.</summary>
    static string Malformed(FieldDescriptor field) => ProtoComments.Of(field) switch
    {
        var text when Pattern().Match(text) is { Success: true } pattern => Placeholder().Replace(pattern.Groups[1].Value, "'; --"),
        var text when text.Contains("YYYY-MM-DD", StringComparison.Ordinal) => "2027-02-30",
        var text when text.Contains("YYYY-Qn", StringComparison.Ordinal) => "2027-Q5",
        var text when text.Contains("From the answer before", StringComparison.Ordinal) => "hỏng",
        var text when text.Contains("five digits", StringComparison.Ordinal) => "3113O",
        var text when field.Name == "request_id" || text.Contains("characters of", StringComparison.Ordinal) => "có dấu cách",
        _ => "",
    };

    async Task<Answer> CallAsync(MethodDescriptor method, IMessage request)
    {
        Answer? answer = null;
        foreach (var caller in callers)
        {
            answer = await UnaryCall.SendAsync(caller, method, request);
            if (answer.Reason != Platform.Security.TokenErrors.RoleNotAllowed)
            {
                break;
            }
        }

        return answer!;
    }

    [GeneratedRegex("`([a-z]+/\\{[^`]+)`")]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();
}

/// <summary>What came back from an rpc.</summary>
/// <param name="Reason">Empty for an answer that is no refusal.</param>
public sealed partial record Answer(StatusCode Code, string Reason, string Message, IReadOnlyList<string> Fields)
{
    public override string ToString() => $"{Code} {string.Join(", ", Fields.DefaultIfEmpty(Reason))}".TrimEnd();

    /// <param name="wrong">Paths of the wrong fields; the answer may name a field inside of one of them, or more.</param>
    internal IEnumerable<string> Faults(IReadOnlyCollection<string> wrong)
    {
        var isLegal = Code == StatusCode.InvalidArgument || (wrong.Count == 0 && Code is StatusCode.OK or StatusCode.Unavailable);
        if (!isLegal)
        {
            yield return $"is {Code} {Reason}: {Message}";
        }

        if (Code != StatusCode.OK && Reason.Length == 0)
        {
            yield return $"gives no reason: {Message}";
        }

        if (Inside().IsMatch(Message))
        {
            yield return $"tells how it is made: {Message}";
        }

        var missing = wrong.Where(field => !Fields.Any(named => Covers(named, field))).ToArray();
        if (Code == StatusCode.InvalidArgument && missing.Length > 0)
        {
            yield return $"does not name {string.Join(", ", missing)}; it names {string.Join(", ", Fields)}";
        }
    }

    // "assignment.lead.unit" says that "assignment.lead" is missing, and "states" that "states[0]" is wrong.
    static bool Covers(string named, string field) =>
        named == field || named.StartsWith(field + ".", StringComparison.Ordinal) || $"{named}[0]" == field;

    [GeneratedRegex(@"Exception|\bat [A-Z]\w+\.|\.cs\b|System\.|Npgsql|SQLite|SELECT |INSERT ")]
    private static partial Regex Inside();
}

/// <summary>Calls an rpc by its descriptor.</summary>
public static class UnaryCall
{
    public static async Task<Answer> SendAsync(CallInvoker caller, MethodDescriptor method, IMessage request)
    {
        var rpc = new Method<IMessage, IMessage>(
            MethodType.Unary, method.Service.FullName, method.Name,
            Marshallers.Create<IMessage>(message => message.ToByteArray(), bytes => method.InputType.Parser.ParseFrom(bytes)),
            Marshallers.Create<IMessage>(message => message.ToByteArray(), bytes => method.OutputType.Parser.ParseFrom(bytes)));
        try
        {
            using var call = caller.AsyncUnaryCall(rpc, null, new CallOptions(cancellationToken: TestContext.Current.CancellationToken), request);
            await call;
            return new(StatusCode.OK, "", "", []);
        }
        catch (RpcException refusal)
        {
            return new(
                refusal.StatusCode, RpcErrors.ReasonOf(refusal) ?? "", refusal.Status.Detail,
                [.. RpcErrors.FieldViolationsOf(refusal).Select(violation => violation.Field)]);
        }
    }
}
