using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CanThoGov.Platform.Errors;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CanThoGov.Platform.Grpc;

/// <summary>
/// Brings the text of every request into one form before a handler sees it: NFC, lines ended by <c>\n</c>. Refuses control characters and
/// text that was not UTF-8, naming every such field.
/// </summary>
public sealed class RequestNormaliser : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Normalise(request);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Normalise(request);
        return continuation(request, responseStream, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(new NormalisingReader<TRequest>(requestStream), context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(new NormalisingReader<TRequest>(requestStream), responseStream, context);

    static void Normalise<TRequest>(TRequest request)
    {
        if (request is not IMessage message)
            return;
        var errors = new FieldErrors();
        MessageText.Normalise(message, "", errors);
        errors.ThrowIfAny();
    }

    sealed class NormalisingReader<TRequest>(IAsyncStreamReader<TRequest> inner) : IAsyncStreamReader<TRequest>
    {
        public TRequest Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                if (!await inner.MoveNext(cancellationToken))
                    return false;
            }
            catch (InvalidProtocolBufferException)
            {
                throw RpcErrors.Unreadable();
            }

            Normalise(inner.Current);
            return true;
        }
    }
}

/// <summary>Walks a message's text. What a type has to be asked for is found once.</summary>
internal static class MessageText
{
    static readonly ConcurrentDictionary<MessageDescriptor, FieldDescriptor[]> TextFields = new();

    public static void Normalise(IMessage message, string path, FieldErrors errors)
    {
        foreach (var field in TextFields.GetOrAdd(message.Descriptor, FieldsWithText))
        {
            var value = field.Accessor.GetValue(message);
            if (field.IsMap)
                NormaliseMap((IDictionary)value, path + field.Name, errors);
            else if (field.IsRepeated)
                NormaliseList((IList)value, path + field.Name, errors);
            else if (value is IMessage inner)
                Normalise(inner, $"{path}{field.Name}.", errors);
            else if (value is string { Length: > 0 } text && Changed(text, path, field.Name, errors) is { } changed)
                field.Accessor.SetValue(message, changed);
        }
    }

    static void NormaliseList(IList list, string path, FieldErrors errors)
    {
        for (var i = 0; i < list.Count; i++)
        {
            var element = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            if (list[i] is IMessage inner)
                Normalise(inner, element + ".", errors);
            else if (list[i] is string text && Changed(text, "", element, errors) is { } changed)
                list[i] = changed;
        }
    }

    static void NormaliseMap(IDictionary map, string path, FieldErrors errors)
    {
        foreach (var key in map.Keys.Cast<object>().ToArray())
        {
            var value = map[key];
            var element = string.Create(CultureInfo.InvariantCulture, $"{path}[{key}]");
            var newKey = key is string keyText ? Changed(keyText, path, " key", errors) ?? key : key;
            var newValue = value;
            if (value is IMessage inner)
                Normalise(inner, element + ".", errors);
            else if (value is string text)
                newValue = Changed(text, "", element, errors) ?? value;

            if (ReferenceEquals(newKey, key) && ReferenceEquals(newValue, value))
                continue;
            map.Remove(key);
            map[newKey] = newValue;
        }
    }

    /// <summary>The text in its one form; null if it is in that form already, or wrong.</summary>
    static string? Changed(string text, string path, string name, FieldErrors errors)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return null;

        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (Fault(lines) is { } fault)
        {
            errors.Add(path + name, fault);
            return null;
        }

        var normal = lines.IsNormalized(NormalizationForm.FormC) ? lines : lines.Normalize(NormalizationForm.FormC);
        return ReferenceEquals(normal, text) ? null : normal;
    }

    static string? Fault(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // Protobuf reads bytes that are not UTF-8 as U+FFFD: text in an old Vietnamese encoding would be stored spoilt for ever.
            if (rune == Rune.ReplacementChar)
                return "is not valid UTF-8";
            if (Rune.IsControl(rune) && rune.Value is not ('\n' or '\t'))
                return string.Create(CultureInfo.InvariantCulture, $"contains the control character U+{rune.Value:X4}");
        }

        return null;
    }

    static FieldDescriptor[] FieldsWithText(MessageDescriptor type) =>
        [.. type.Fields.InDeclarationOrder().Where(field => field.IsMap
            ? field.MessageType.Fields.InDeclarationOrder().Any(HasText)
            : HasText(field))];

    // A message without any text below it costs one empty walk; following types here would have to stop at cycles.
    static bool HasText(FieldDescriptor field) => field.FieldType is FieldType.String or FieldType.Message or FieldType.Group;
}
