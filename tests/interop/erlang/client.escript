#!/usr/bin/env escript
%% Erlang/OTP's diameter as a client of hssd: connects, asks a UAR, waits for
%% watchdogs, ends with DPR.
%%
%% usage: client.escript PORT REALM IMPI IMPU FOLDER; FOLDER takes what is
%% made of the dictionary beside this file.
-mode(compile).
-include_lib("diameter/include/diameter.hrl").
-include_lib("diameter/include/diameter_gen_base_rfc6733.hrl").

-export([peer_up/3, peer_down/3, pick_peer/4, prepare_request/3,
         prepare_retransmit/3, handle_answer/4, handle_error/4,
         handle_request/3]).

-define(SVC, hssd_client).
-define(VSAI, #{'Vendor-Id' => 10415, 'Auth-Application-Id' => [16777216]}).

main([Port, Realm, Impi, Impu, Folder]) ->
    Dict = dictionary(Folder),
    ok = diameter:start(),
    true = diameter:subscribe(?SVC),
    ok = diameter:start_service(?SVC, service(Realm, Dict)),
    {ok, Ref} = diameter:add_transport(?SVC, {connect, [
        {transport_module, diameter_tcp},
        {transport_config, [{raddr, {127,0,0,1}},
                            {rport, list_to_integer(Port)}]},
        {watchdog_timer, 6000}]}),
    up(),
    ask(Realm, Impi, Impu),
    timer:sleep(9000),
    ok = ask(Realm, Impi, Impu),
    ok = diameter:remove_transport(?SVC, Ref),
    down(),
    ok = diameter:stop_service(?SVC),
    io:format("done~n").

%% A dictionary module, compiled from cx.dia.
dictionary(Folder) ->
    File = filename:join(filename:dirname(escript:script_name()), "cx.dia"),
    ok = diameter_make:codec(File, [{outdir, Folder}]),
    {ok, Module} = compile:file(filename:join(Folder, "cx"),
                                [{outdir, Folder}]),
    true = code:add_patha(Folder),
    {module, Module} = code:load_file(Module),
    Module.

service(Realm, Dict) ->
    [{'Origin-Host', "erlang." ++ Realm},
     {'Origin-Realm', Realm},
     {'Vendor-Id', 10415},
     {'Product-Name', "OTP/diameter"},
     {'Supported-Vendor-Id', [10415]},
     {'Vendor-Specific-Application-Id', [
         #'diameter_base_Vendor-Specific-Application-Id'{
            'Vendor-Id' = 10415, 'Auth-Application-Id' = [16777216]}]},
     {decode_format, map},
     {application, [{alias, cx}, {dictionary, Dict}, {module, ?MODULE}]}].

up() ->
    receive
        #diameter_event{info = Info} when element(1, Info) == up ->
            io:format("up~n");
        #diameter_event{info = Info} when element(1, Info) == closed ->
            fail("closed: ~p", [Info])
    after 10000 ->
        fail("no connection", [])
    end.

down() ->
    receive
        #diameter_event{info = Info} when element(1, Info) == down ->
            io:format("down~n")
    after 10000 ->
        fail("the connection does not end", [])
    end.

ask(Realm, Impi, Impu) ->
    UAR = ['UAR', {'Session-Id', diameter:session_id("erlang." ++ Realm)},
           {'Vendor-Specific-Application-Id', ?VSAI},
           {'Auth-Session-State', 1},
           {'Destination-Realm', Realm},
           {'User-Name', Impi},
           {'Public-Identity', Impu},
           {'Visited-Network-Identifier', Realm}],
    case diameter:call(?SVC, cx, UAR, [{timeout, 5000}]) of
        {ok, ['UAA' | #{'Server-Name' := [Name]} = UAA]} ->
            io:format("UAA ~p ~s~n", [result(UAA), Name]);
        {ok, ['UAA' | UAA]} ->
            io:format("UAA ~p~n", [result(UAA)]);
        Other ->
            fail("no answer: ~p", [Other])
    end.

result(#{'Experimental-Result' := [#{'Experimental-Result-Code' := N}]}) -> N;
result(#{'Result-Code' := [N]}) -> N;
result(UAA) -> UAA.

fail(Format, Values) ->
    io:format(Format ++ "~n", Values),
    halt(1).

%% diameter's callbacks

peer_up(_Svc, _Peer, State) -> State.
peer_down(_Svc, _Peer, State) -> State.

pick_peer([Peer | _], _, _Svc, _State) -> {ok, Peer};
pick_peer([], _, _Svc, _State) -> false.

prepare_request(#diameter_packet{msg = [Name | Avps]}, _Svc, {_, Caps}) ->
    #diameter_caps{origin_host = {Host, _}, origin_realm = {Realm, _}} = Caps,
    {send, [Name | [{'Origin-Host', Host}, {'Origin-Realm', Realm} | Avps]]}.

prepare_retransmit(Packet, _Svc, _Peer) -> {send, Packet}.

%% Every error that the dictionary finds in an answer counts.
handle_answer(#diameter_packet{msg = Msg, errors = []}, _Req, _Svc, _Peer) ->
    {ok, Msg};
handle_answer(#diameter_packet{msg = Msg, errors = Es}, _Req, _Svc, _Peer) ->
    {error, {Es, Msg}}.

handle_error(Reason, _Request, _Svc, _Peer) -> {error, Reason}.

handle_request(_Packet, _Svc, _Peer) -> discard.
