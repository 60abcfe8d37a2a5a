using CanThoGov.Platform.Grpc.Reflection.V1;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace CanThoGov.Platform.Grpc;

/// <summary><c>grpc.reflection.v1</c> for the services of the port that was called.</summary>
internal sealed class ReflectionService : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        var served = ServedServices.Of(context);
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            var response = Answer(served, request);
            response.ValidHost = request.Host;
            response.OriginalRequest = request;
            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }

    static ServerReflectionResponse Answer(ServedServices served, ServerReflectionRequest request) =>
        request.MessageRequestCase switch
        {
            ServerReflectionRequest.MessageRequestOneofCase.ListServices => new()
            {
                ListServicesResponse = new() { Service = { served.Names.Select(name => new ServiceResponse { Name = name }) } },
            },
            ServerReflectionRequest.MessageRequestOneofCase.FileByFilename =>
                Files(served.FileByName(request.FileByFilename), $"file '{request.FileByFilename}'"),
            ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol =>
                Files(served.FileBySymbol(request.FileContainingSymbol), $"symbol '{request.FileContainingSymbol}'"),
            ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension => Files(
                served.FileByExtension(
                    request.FileContainingExtension.ContainingType, request.FileContainingExtension.ExtensionNumber),
                "such extension"),
            ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType => ExtensionNumbers(
                served, request.AllExtensionNumbersOfType),
            _ => Error(StatusCode.InvalidArgument, "The request asks for nothing that is known here."),
        };

    static ServerReflectionResponse ExtensionNumbers(ServedServices served, string type) =>
        served.Find(type) is MessageDescriptor
            ? new()
            {
                AllExtensionNumbersResponse = new()
                {
                    BaseTypeName = type,
                    ExtensionNumber = { served.ExtensionsOf(type).Select(extension => extension.FieldNumber) },
                },
            }
            : Error(StatusCode.NotFound, $"There is no message '{type}' here.");

    static ServerReflectionResponse Files(FileDescriptor? file, string what)
    {
        if (file is null)
            return Error(StatusCode.NotFound, $"There is no {what} here.");
        var response = new FileDescriptorResponse();
        foreach (var each in ServedServices.WithImports(file))
            response.FileDescriptorProto.Add(each.SerializedData);
        return new ServerReflectionResponse { FileDescriptorResponse = response };
    }

    static ServerReflectionResponse Error(StatusCode code, string message) =>
        new() { ErrorResponse = new() { ErrorCode = (int)code, ErrorMessage = message } };
}
